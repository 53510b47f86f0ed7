"""Signing: what is documented of codes, signatures and what they leave behind."""

import asyncio
import os
from asyncio.subprocess import PIPE
from hashlib import sha256

import attrs
import pytest
import pytest_asyncio
from asn1crypto.cms import ContentInfo

from oneshot_async import HashedDocument
from oneshot_async.errors import (
    AlreadyIssuedError,
    ApiError,
    InvalidStatusError,
    NotFoundError,
    OtpRefusedError,
    OtpTooSoonError,
)
from oneshot_async.verification import verify_pdf

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLDER = "documented for the older generation"


@attrs.frozen(kw_only=True)
class Signed:
    """A request that was signed, and everything that was said on the way."""

    pk: int
    uid: str
    sent: dict = attrs.field(repr=False)
    second_code: ApiError | None
    wrong_code: ApiError | None
    answer: dict = attrs.field(repr=False)


async def refusal_of(call):
    """Return the error that a call was refused with, if it was."""
    try:
        await call
    except ApiError as error:
        return error
    return None


def not_quite(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


@pytest.fixture(scope="session")
def read_code(simulator, told):
    """A function that returns the code which arrived for a request."""

    async def read(pk):
        if simulator is not None:
            return simulator.sms[-1].code
        return await _printed(told["ONESHOT_SANDBOX_OTP_COMMAND"], pk)

    return read


async def _printed(command, pk):
    env = {**os.environ, "REQUEST_PK": str(pk)}
    process = await asyncio.create_subprocess_shell(command, env=env, stdout=PIPE)
    printed, _ = await process.communicate()
    return printed.decode().strip()


@pytest.fixture(scope="session")
def sign(client, wire, read_code):
    """A function that signs a request after having tried what is to be refused."""

    async def carry_out(pk, uid):
        await client.requests.generate_otp(pk)
        sent = wire.last
        second_code = await refusal_of(client.requests.generate_otp(pk))
        code = await read_code(pk)
        wrong_code = await refusal_of(client.requests.sign(pk, not_quite(code)))
        if wrong_code is not None:
            await client.requests.sign(pk, code)
        return Signed(
            pk=pk,
            uid=uid,
            sent=sent,
            second_code=second_code,
            wrong_code=wrong_code,
            answer=wire.last,
        )

    return carry_out


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def signed(client, create, becomes, sign, pdf):
    """A request that was signed in synchronous mode."""
    created = await create()
    await becomes(created.pk, "ENROLLREADY")
    (document,) = await client.documents.upload(created.pk, pdf)
    return await sign(created.pk, document.uid)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def signed_later(client, create, becomes, sign):
    """A request whose answer came before the signature of its digest."""
    created = await create(useasync=True)
    await becomes(created.pk, "ENROLLREADY")
    digest = HashedDocument(digest=sha256(b"what is signed").digest())
    (document,) = await client.documents.upload(created.pk, digest)
    return await sign(created.pk, document.uid)


async def test_code_is_on_its_way(signed):
    """A code is acknowledged by a text that says where it went."""
    assert signed.sent["status"] == "success", "documented: the status is `success`"
    assert str(signed.sent.get("detail")).startswith("OTP successfully sent to "), (
        "documented: `detail` is `OTP successfully sent to …`"
    )


async def test_second_code_within_a_minute_is_refused(signed):
    """The older generation sends at most one code a minute."""
    assert isinstance(signed.second_code, OtpTooSoonError), (
        f"{OLDER}: a second code within a minute is refused, 412; "
        f"but {signed.second_code!r}"
    )


async def test_wrong_code_is_refused(signed):
    """A wrong code is refused, and the right one is good afterwards."""
    assert isinstance(signed.wrong_code, OtpRefusedError), (
        f"{OLDER}: a wrong code is refused as `Confirmation Code invalid`, 403; "
        f"but {signed.wrong_code!r}"
    )


async def test_signature_is_acknowledged(signed):
    """The answer to a signature has an object for the documents."""
    message = f"Signature process for Request {signed.pk} completed"
    detail = signed.answer.get("detail", {})

    assert signed.answer.get("status") == "success", (
        "documented: the status is `success`"
    )
    assert signed.answer.get("message") == message, "documented: this is the message"
    assert detail.get("request") == signed.pk, (
        "documented: `detail` has the request's number, as a number"
    )
    assert isinstance(detail.get("documents"), dict), (
        "documented: `detail.documents` is an object"
    )


async def test_signed_request_is_issued(client, signed):
    """After the synchronous signature the request is done."""
    status = (await client.requests.get(signed.pk)).status

    assert status == "ISSUED", "documented: a signature issues the certificate"


async def test_signed_document_has_a_signature(client, signed):
    """What is fetched after the signature is a PDF that is signed and unchanged."""
    document = await client.documents.download(signed.pk, signed.uid)

    (check,) = (await verify_pdf(document)).signatures
    assert check.intact, "documented: the signature is a PDF signature"
    assert check.covers_whole_file, "documented: the whole document is signed"


async def test_nothing_is_signed_twice(client, refused, signed):
    """A request whose certificate is issued signs nothing more."""
    with refused(AlreadyIssuedError, f"{OLDER}: nothing is signed twice, 412"):
        await client.requests.sign(signed.pk, "123456")


async def test_issued_request_gets_no_code(client, refused, signed):
    """A request whose certificate is issued needs no code."""
    with refused(InvalidStatusError, f"{OLDER}: no code is sent once issued, 412"):
        await client.requests.generate_otp(signed.pk)


async def test_issued_request_is_not_cancelled(client, refused, signed):
    """What the registration authority has issued cannot be cancelled."""
    with refused(ApiError, "documented upstream: nothing is cancelled once issued"):
        await client.requests.cancel(signed.pk)


async def test_asynchronous_signature_follows_its_answer(becomes, signed_later):
    """In asynchronous mode the certificate is issued after the answer."""
    await becomes(signed_later.pk, "ISSUED")


async def test_signature_of_a_digest_is_no_pdf(
    client, becomes, eventually, signed_later
):
    """What is fetched for a digest is a CMS, soon after the certificate is issued."""

    async def fetched():
        try:
            return await client.documents.download(signed_later.pk, signed_later.uid)
        except NotFoundError:
            return None

    await becomes(signed_later.pk, "ISSUED")
    content = await eventually(
        "documented: the signed file follows the certificate", fetched
    )

    assert ContentInfo.load(content)["content_type"].native == "signed_data", (
        "documented: what was uploaded as a digest comes back as a CMS signature"
    )
