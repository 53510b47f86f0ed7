"""What the service refuses, as its own exception, in whatever form it says so."""

import attrs
import pytest

from oneshot_async import (
    Appearance,
    Billing,
    RaoLogin,
    RaoToken,
    Rectangle,
    RequestPk,
    RequestUpdate,
    SignatureParameters,
)
from oneshot_async.errors import (
    AlreadyIssuedError,
    ApiError,
    BadRequestError,
    CredentialsError,
    InvalidStatusError,
    NotFoundError,
    OtpRefusedError,
    OtpTooSoonError,
    ServerError,
    UnsupportedFileError,
)
from oneshot_async.simulator.faults import ErrorShape

UNKNOWN = RequestPk(1)
SHAPES = [shape for shape in ErrorShape if shape is not ErrorShape.HTML]
NOBODY = RaoLogin(username="nobody", password="word", pin="1")
UPDATE = RequestUpdate(
    scratchcard="0",
    email="a@b.es",
    registration_authority="3",
    profile="profile",
    country_name="ES",
)
# In the words of the service; the codes it gives them do not always fit.
CREATES = {
    "unknown token": ({"rao": RaoToken("unknown")}, NotFoundError, "Token"),
    "unknown officer": ({"rao": NOBODY}, CredentialsError, "RAO's id"),
    "wrong environment": ({"env": "moon"}, BadRequestError, "does not exist"),
    "wrong billing": (
        {"billing": Billing(username="nobody", password="word")},
        CredentialsError,
        "billing user",
    ),
}


@pytest.mark.parametrize("name", CREATES)
@pytest.mark.parametrize("shape", SHAPES)
async def test_create_is_refused(simulator, client, signer, name, shape):
    """Wrong credentials are told as such, in every form, and create nothing."""
    simulator.faults.error_shape = shape
    options, error, words = CREATES[name]

    with pytest.raises(error, match=words) as caught:
        await client.requests.create(signer, **options)

    assert caught.value.operation == "POST /create"
    assert dict(simulator.requests) == {}


async def test_wrong_password_is_refused(simulator, client, signer):
    """An officer's wrong password or PIN is told as wrong credentials."""
    login = RaoLogin(
        username=simulator.rao_username, password="wrong", pin=simulator.rao_pin
    )

    with pytest.raises(CredentialsError, match="Invalid RAO"):
        await client.requests.create(signer, rao=login)


async def test_missing_pictures_are_told(simulator, client, signer):
    """Where pictures are required, their lack is told in the service's words."""
    simulator.faults.images_required = True

    with pytest.raises(BadRequestError, match="Missing required docs"):
        await client.requests.create(signer)


async def test_unknown_document_type_is_refused(client, signer):
    """A kind of identity document that nobody knows is refused by the service."""
    person = attrs.evolve(signer, id_document_type="XX")

    with pytest.raises(BadRequestError, match="id_document_type"):
        await client.requests.create(person)


async def test_structured_details_are_kept(client, pk, uid, code):
    """A refusal that says something of each document keeps it as data."""
    look = Appearance(image="unknown", position=Rectangle(1, 1, 99, 99), page=0)
    signature = SignatureParameters(appearance=look)

    with pytest.raises(NotFoundError) as caught:
        await client.requests.sign(pk, await code(pk), signature=signature)

    assert list(caught.value.details) == [uid]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "call",
    [
        lambda requests: requests.get(UNKNOWN),
        lambda requests: requests.update(UNKNOWN, UPDATE),
        lambda requests: requests.cancel(UNKNOWN),
        lambda requests: requests.contract(UNKNOWN),
        lambda requests: requests.generate_otp(UNKNOWN),
        lambda requests: requests.sign(UNKNOWN, "123456"),
    ],
)
async def test_unknown_request_is_not_found(simulator, client, call, shape):
    """A request that does not exist is not found, in every form of saying so."""
    simulator.faults.error_shape = shape

    with pytest.raises(NotFoundError) as caught:
        await call(client.requests)

    assert caught.value.status == 404


@pytest.mark.parametrize("shape", SHAPES)
async def test_second_code_is_too_soon(simulator, client, pk, shape):
    """A second code within a minute is told as that."""
    await client.requests.generate_otp(pk)
    simulator.faults.error_shape = shape

    with pytest.raises(OtpTooSoonError) as caught:
        await client.requests.generate_otp(pk)

    assert isinstance(caught.value, InvalidStatusError)


@pytest.mark.parametrize("shape", SHAPES)
async def test_wrong_code_is_refused(simulator, client, pk, uid, code, shape):
    """A wrong code is told as that, not as wrong credentials."""
    right = await code(pk)
    simulator.faults.error_shape = shape

    with pytest.raises(OtpRefusedError, match=r"wrong or has expired.*send_otp\(\)"):
        await client.requests.sign(pk, f"{(int(right) + 1) % 10**6:06}")


@pytest.mark.parametrize("shape", SHAPES)
async def test_second_signature_is_refused(simulator, client, pk, uid, code, shape):
    """What was signed is not signed again."""
    right = await code(pk)
    await client.requests.sign(pk, right)
    simulator.faults.error_shape = shape

    with pytest.raises(AlreadyIssuedError):
        await client.requests.sign(pk, right)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("operation", ["otp", "sign"])
async def test_request_that_is_not_approved_is_refused(
    simulator, client, signer, pdf, operation, shape
):
    """Before the approval there is neither a code nor a signature."""
    pk = (await client.requests.create(signer, useasync=True)).pk
    await client.documents.upload(pk, pdf)
    simulator.faults.error_shape = shape
    call = {
        "otp": lambda: client.requests.generate_otp(pk),
        "sign": lambda: client.requests.sign(pk, "123456"),
    }

    with pytest.raises(InvalidStatusError, match="ENROLLREADY"):
        await call[operation]()


@pytest.mark.parametrize("shape", SHAPES)
async def test_nothing_to_sign_is_refused(simulator, client, pk, code, shape):
    """Without documents there is nothing to sign."""
    right = await code(pk)
    simulator.faults.error_shape = shape

    with pytest.raises(NotFoundError, match="No documents"):
        await client.requests.sign(pk, right)


@pytest.mark.parametrize("shape", SHAPES)
async def test_protected_pdf_is_refused(simulator, client, pk, code, protected, shape):
    """A PDF with a password cannot be signed, and is told as such a file."""
    await client.documents.upload(pk, protected)
    right = await code(pk)
    simulator.faults.error_shape = shape

    with pytest.raises(UnsupportedFileError, match=r"(?i)password"):
        await client.requests.sign(pk, right)


@pytest.mark.parametrize("shape", SHAPES)
async def test_wrong_file_is_refused(simulator, client, pk, shape):
    """A file of the wrong kind is told as that."""
    simulator.faults.error_shape = shape

    with pytest.raises(UnsupportedFileError):
        await client.documents.upload(pk, b"text")


async def test_issued_request_is_not_cancelled(client, pk, uid, code):
    """What was signed cannot be cancelled."""
    await client.requests.sign(pk, await code(pk))

    with pytest.raises(AlreadyIssuedError):
        await client.requests.cancel(pk)


async def test_wrong_scratchcard_is_refused(client, pk):
    """An update that does not know the scratchcard is refused in embedded words."""
    with pytest.raises(ServerError, match="Invalid ScratchCard"):
        await client.requests.update(pk, UPDATE)


async def test_unknown_delivery_method_is_refused(client, pk):
    """A way that codes do not go is refused by the service."""
    with pytest.raises(BadRequestError) as caught:
        await client.requests.generate_otp(pk, delivery_method="pigeon")

    assert caught.value.status == 422
    assert caught.value.details[0]["loc"] == ["body", "delivery_method"]


async def test_refusal_as_a_page_is_still_an_error(simulator, client, pk):
    """A refusal that the proxy hides behind a page is one of the server."""
    simulator.faults.error_shape = ErrorShape.HTML

    with pytest.raises(ServerError) as caught:
        await client.requests.get(UNKNOWN)

    assert isinstance(caught.value, ApiError)
    assert caught.value.status == 502
