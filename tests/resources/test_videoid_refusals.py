"""What the service refuses about a Video ID, as its own exception."""

import attrs
import pytest

from oneshot_async import (
    Billing,
    RaoLogin,
    RaoToken,
    RequestUpdate,
)
from oneshot_async.errors import (
    BadRequestError,
    CredentialsError,
    InvalidInputError,
    InvalidStatusError,
    NotFoundError,
)
from oneshot_async.simulator.faults import ErrorShape

SHAPES = [shape for shape in ErrorShape if shape is not ErrorShape.HTML]
RAO = "1182"
WHO = {"mobile_phone_number": "+34600000000", "email": "someone@example.com"}
WHOM = RaoLogin(username="planted-name", password="planted-word", pin="planted-pin")
IMAGES = ["document_front", "document_rear", "document_photo", "document_owner"]


@pytest.fixture
async def created(simulator, client):
    """A Video ID whose evidence is to be uploaded."""
    simulator.videoid.external = True
    return await client.videoid.create(**WHO)


@pytest.fixture
def refused(simulator, created):
    """A function that expects a call to be refused, in one of the forms."""

    async def expect(call, error, words, shape=ErrorShape.NEW_DETAIL):
        simulator.faults.error_shape = shape
        with pytest.raises(error, match=words) as caught:
            await call
        simulator.faults.error_shape = ErrorShape.NEW_DETAIL
        assert type(caught.value) is error
        told = f"{caught.value} {caught.value.details!r}"
        accounts = attrs.asdict(simulator.accounts).values()
        secrets = {*accounts, *attrs.asdict(WHOM).values(), *WHO.values()}
        assert [secret for secret in secrets if secret in told] == []
        return caught.value

    return expect


@pytest.fixture
async def complete(client, created, evidences):
    """A Video ID to which all evidence is uploaded."""
    await client.videoid.upload_evidences(created.videoid_pk, evidences())
    await client.videoid.upload_video(created.videoid_pk, b"video")
    return created


@pytest.fixture
def reviewable(simulator, created):
    simulator.force(created.request_pk, "VIDEOREVIEW")
    return created


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["given_name", "surname_1", "serial_number"])
async def test_incomplete_data_are_refused(
    client, created, evidences, refused, name, shape
):
    """Evidence without what must be read from the identity document is not taken."""
    blank = evidences(**{name: ""})
    call = client.videoid.upload_evidences(created.videoid_pk, blank)

    error = await refused(call, BadRequestError, "Missing required parameters", shape)

    assert error.operation == "POST /videoid/{videoid_pk}/evidences"


@pytest.mark.parametrize("name", IMAGES)
async def test_missing_image_is_refused(
    simulator, client, created, evidences, refused, name
):
    """Evidence without one of the four images is not taken, and changes nothing."""
    lacking = attrs.evolve(evidences(), **{name: b""})
    call = client.videoid.upload_evidences(created.videoid_pk, lacking)

    await refused(call, BadRequestError, "Missing required parameters")

    assert simulator.requests[created.request_pk].status == "VIDEOPENDING"
    assert simulator.requests[created.request_pk].applicant.given_name == ""


@pytest.mark.parametrize("shape", SHAPES)
async def test_wrong_document_type_is_refused(
    client, created, evidences, refused, shape
):
    """What slips past the model is refused by the service, which says what it takes."""
    wrong = evidences(custom={"id_document_type": "CI"})
    call = client.videoid.upload_evidences(created.videoid_pk, wrong)

    await refused(call, BadRequestError, "options are IDC, PAS, PNO, TIN$", shape)


@pytest.mark.parametrize("kind", ["CI", "CE", "XX"])
def test_wrong_document_type_is_told_at_once(evidences, kind):
    """A kind of document that does not identify never gets as far as the service."""
    with pytest.raises(InvalidInputError, match="one of IDC, PAS, PNO, TIN"):
        evidences(id_document_type=kind)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("what", ["evidences data", "video"])
async def test_evidence_after_completion_is_refused(
    client, complete, evidences, refused, what, shape
):
    """The embedded words decide, not the 500 around them."""
    pk = complete.videoid_pk
    call = {
        "evidences data": lambda: client.videoid.upload_evidences(pk, evidences()),
        "video": lambda: client.videoid.upload_video(pk, b"video"),
    }

    words = rf"Cannot upload {what} for Request \d+: .*Invalid VideoId status 'COMPLE"
    error = await refused(call[what](), InvalidStatusError, words, shape)

    assert error.status == 500


@pytest.mark.parametrize("shape", SHAPES)
async def test_missing_video_is_refused(client, created, refused, shape):
    """There is no video to fetch before one is uploaded."""
    call = client.videoid.download_video(created.videoid_pk)

    await refused(call, NotFoundError, "Video not found", shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "call",
    [
        lambda videoid, evidences: videoid.upload_evidences(1, evidences),
        lambda videoid, _: videoid.upload_video(1, b"video"),
        lambda videoid, _: videoid.download_video(1),
        lambda videoid, _: videoid.approve(1, rao_id=RAO),
        lambda videoid, _: videoid.refuse(1, reason="blurred", rao_id=RAO),
    ],
)
async def test_unknown_videoid_is_not_found(client, evidences, refused, call, shape):
    """A number that no Video ID has is not found, whatever is asked of it."""
    asked = call(client.videoid, evidences())
    error = await refused(asked, NotFoundError, "Request not found", shape)

    assert error.status == 404


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", ["VIDEOPENDING", "VIDEOINCOMPLETE", "ENROLLREADY"])
@pytest.mark.parametrize("decision", ["approve", "refuse"])
async def test_nothing_is_decided_out_of_turn(
    simulator, client, created, refused, decision, status, shape
):
    """An officer decides when there is something to review, and once."""
    simulator.force(created.request_pk, status)
    videoid, pk = client.videoid, created.videoid_pk
    call = {
        "approve": lambda: videoid.approve(pk, rao_id=RAO),
        "refuse": lambda: videoid.refuse(pk, reason="blurred", rao_id=RAO),
    }

    await refused(call[decision](), InvalidStatusError, "Invalid request status", shape)

    assert simulator.requests[created.request_pk].status == status


OFFICERS = {
    "nobody": ({"rao": WHOM}, CredentialsError, "Error getting RAO's id"),
    "an unknown token": ({"rao": RaoToken("unknown")}, NotFoundError, "Token not f"),
    "another number": ({"rao_id": "1"}, CredentialsError, "Rao matching query does"),
    "no number": ({"rao_id": ""}, BadRequestError, "incomplete RAO's credentials"),
    "no PIN": (
        {"rao": attrs.evolve(WHOM, pin="")},
        BadRequestError,
        "incomplete RAO's credentials",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("decision", ["approve", "refuse"])
@pytest.mark.parametrize("who", OFFICERS)
async def test_wrong_officer_is_refused(
    simulator, client, reviewable, refused, who, decision, shape
):
    """Who is not the officer, or not wholly, decides nothing and is told so."""
    options, error, words = OFFICERS[who]
    pk, options = reviewable.videoid_pk, {"rao_id": RAO} | options
    call = {
        "approve": lambda: client.videoid.approve(pk, **options),
        "refuse": lambda: client.videoid.refuse(pk, reason="blurred", **options),
    }

    await refused(call[decision](), error, words, shape)

    assert simulator.requests[reviewable.request_pk].status == "VIDEOREVIEW"


@pytest.mark.parametrize("wrong", ["password", "pin"])
async def test_officer_with_a_wrong_secret_is_refused(
    simulator, client, reviewable, refused, wrong
):
    """A wrong password or PIN is told as wrong credentials, and not shown."""
    login = RaoLogin(
        username=simulator.rao_username,
        password=simulator.rao_password,
        pin=simulator.rao_pin,
    )
    rao = attrs.evolve(login, **{wrong: "planted-word"})
    call = client.videoid.approve(reviewable.videoid_pk, rao_id=RAO, rao=rao)

    await refused(call, CredentialsError, "Invalid RAO Credentials")


@pytest.mark.parametrize("shape", SHAPES)
async def test_blank_reason_is_refused(client, reviewable, refused, shape):
    """Spaces are no reason, in the service's view too."""
    call = client.videoid.refuse(reviewable.videoid_pk, reason="  ", rao_id=RAO)

    await refused(call, BadRequestError, "No reason specified", shape)


@pytest.mark.parametrize("shape", SHAPES)
async def test_approval_names_what_is_blank(client, reviewable, refused, shape):
    """A person of whom nothing is known is not approved: a fault of the data."""
    call = client.videoid.approve(reviewable.videoid_pk, rao_id=RAO)

    words = r"Cannot approve Request \d+: Invalid request fields: serial_number; surn"
    await refused(call, BadRequestError, words, shape)


@pytest.mark.parametrize("shape", SHAPES)
async def test_change_of_what_was_found_is_refused(
    simulator, client, complete, refused, shape
):
    """The update is told as a fault of the data, by the field and not by its value."""
    record = simulator.requests[complete.request_pk]
    update = RequestUpdate(
        scratchcard=record.scratchcard,
        email=WHO["email"],
        registration_authority="3",
        profile="PFnubeQAFCiudadano",
        country_name="ES",
        given_name="Somebody",
    )
    call = client.requests.update(complete.request_pk, update)

    words = r"Cannot update the Request \d+: Invalid request fields: given_name"
    error = await refused(call, BadRequestError, words, shape)

    assert "Somebody" not in str(error)


CREATIONS = {
    "not enabled": ({}, BadRequestError, "not enabled for Registration Authority 3"),
    "wrong billing": (
        {"billing": Billing(username="planted-name", password="planted-word")},
        CredentialsError,
        "billing user",
    ),
    "no billing name": (
        {"billing": Billing(username="", password="planted-word")},
        BadRequestError,
        "Missing required parameters",
    ),
    "wrong environment": ({"env": "moon"}, BadRequestError, "Environment moon do"),
    "no telephone": (
        {"mobile_phone_number": "600000000"},
        BadRequestError,
        "international prefix",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", CREATIONS)
async def test_creation_is_refused(simulator, client, refused, name, shape):
    """Nothing is created, and the error says why, in every form."""
    options, error, words = CREATIONS[name]
    simulator.videoid.enabled = name != "not enabled"
    before = len(simulator.videoids)

    await refused(client.videoid.create(**WHO | options), error, words, shape)

    assert len(simulator.videoids) == before
