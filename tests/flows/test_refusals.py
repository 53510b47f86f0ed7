"""What the person or the service refuses on the way, and how to go on."""

import asyncio
from pathlib import Path

import pytest

from oneshot_async import File, Inbox, Polling
from oneshot_async.errors import (
    AlreadyIssuedError,
    InboxClosedError,
    InvalidInputError,
    InvalidStatusError,
    LocalFileError,
    OtpRefusedError,
    OtpTooSoonError,
    UnsupportedFileError,
    WaitTimeoutError,
)

DELETE = ("DELETE", "/document/{pk}")
HASTY = Polling(first=0.02, longest=0.05, deadline=0.2)


@pytest.fixture
async def signing(client, person, pdf):
    return await client.begin(person(), documents=[pdf])


async def test_wrong_code_can_be_followed_by_the_right_one(signing, telephone, times):
    """A refused code is told, and the right one signs."""
    code = await telephone.code_for(signing)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    with pytest.raises(OtpRefusedError):
        await signing.sign(wrong)

    assert len(await signing.sign(code)) == 1
    assert times() == {"create": 1, "otp": 1, "sign": 2}


async def test_code_may_be_typed_with_spaces(signing, telephone):
    """Spaces around the code are not part of it."""
    code = await telephone.code_for(signing)

    assert len(await signing.sign(f" {code}\n")) == 1


async def test_second_code_has_to_wait_a_minute(simulator, signing, telephone):
    """A second code within a minute is refused; after it, it comes and signs."""
    old = await telephone.code_for(signing)
    with pytest.raises(OtpTooSoonError):
        await signing.send_otp()
    simulator.clock.advance(61)
    new = await telephone.code_for(signing, after=1)

    if new != old:
        with pytest.raises(OtpRefusedError):
            await signing.sign(old)
    assert len(await signing.sign(new)) == 1


async def test_expired_code_is_refused(simulator, signing, telephone):
    """A code that is too old signs nothing."""
    code = await telephone.code_for(signing)
    simulator.clock.advance(simulator.timings.otp_validity + 1)

    with pytest.raises(OtpRefusedError):
        await signing.sign(code)


async def test_code_before_the_approval_is_refused(simulator, signing):
    """While the request is not approved, no code is sent."""
    simulator.force(signing.request_pk, "CREATED")

    with pytest.raises(InvalidStatusError, match="ENROLLREADY"):
        await signing.send_otp()


async def test_nothing_is_signed_twice(signing, telephone):
    """A second signature is refused, and the result of the first can be fetched."""
    code = await telephone.code_for(signing)
    first = await signing.sign(code)
    with pytest.raises(AlreadyIssuedError):
        await signing.sign(code)

    assert await signing.download() == first


async def test_result_can_be_fetched_as_files_later(signing, telephone, tmp_path):
    """What was signed in memory can be saved afterwards."""
    (signed,) = await signing.sign(await telephone.code_for(signing))

    (saved,) = await signing.download(to=tmp_path)

    assert saved.path.read_bytes() == signed.content


async def test_late_file_is_waited_for(simulator, signing, telephone):
    """A signed file that appears after the certificate is asked for until it does."""
    simulator.timings.file_skew = 0.3
    code = await telephone.code_for(signing)

    assert len(await signing.sign(code)) == 1
    asked = [call for call in simulator.calls if call[1] == "/document/{pk}/{uid}"]
    assert 2 < len(asked) < 12


async def test_file_that_never_comes_is_given_up(
    simulator, connect, person, pdf, telephone, tmp_path, left_in
):
    """A signed file that does not appear by the deadline is told; it may come later."""
    simulator.timings.file_skew = 3600
    client = await connect(polling=HASTY)
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    with pytest.raises(WaitTimeoutError, match="resume") as caught:
        await signing.sign(code, to=tmp_path)

    assert caught.value.request_pk == signing.request_pk
    assert left_in(tmp_path) == []
    simulator.clock.advance(3600)
    later = await (await connect()).resume(signing.state)
    assert len(await later.download(to=tmp_path)) == 1


async def test_approval_that_never_comes_is_given_up(
    simulator, connect, inbox, receiver, person, pdf
):
    """A request that is not approved by the deadline is told, with its pk."""
    simulator.timings.approval = 3600
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=HASTY)

    with pytest.raises(WaitTimeoutError, match="ENROLLREADY") as caught:
        await client.begin(person(), documents=[pdf])

    assert isinstance(caught.value, TimeoutError)
    assert caught.value.request_pk in simulator.requests
    assert inbox.statistics().waiting == 0


async def test_callers_own_time_out_is_theirs(simulator, client, person, pdf, inbox):
    """A time-out of the caller's is not told as one of the flow's."""
    simulator.timings.approval = 3600

    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.1):
            await client.begin(person(), documents=[pdf])

    assert not isinstance(caught.value, WaitTimeoutError)
    assert inbox.statistics().waiting == 0


async def test_inbox_that_closes_ends_the_flow(
    simulator, client, inbox, person, pdf, until
):
    """A flow whose inbox is closed ends with that, not with a cancellation."""
    simulator.timings.approval = 3600
    begin = asyncio.create_task(client.begin(person(), documents=[pdf]))
    await until(lambda: inbox.statistics().waiting)

    await inbox.close()
    with pytest.raises(InboxClosedError):
        await begin


@pytest.mark.parametrize(
    "lone",
    ["contract.pdf", b"%PDF-", Path("contract.pdf"), File(content=b"x", name="a.pdf")],
    ids=["text", "bytes", "path", "file"],
)
async def test_lone_document_is_refused_before_anything_is_paid_for(
    client, person, times, lone
):
    """A document in place of a list is told as what it is."""
    with pytest.raises(InvalidInputError, match="give a list"):
        await client.begin(person(), lone)

    assert times()["create"] == 0


async def test_download_of_unknown_documents_is_refused(signing):
    """Who has no documents does not get an empty result for them."""
    await signing.delete_documents()

    with pytest.raises(InvalidInputError, match="no documents"):
        await signing.download()


@pytest.mark.parametrize("step", ["begin", "identify", "resume"])
async def test_closed_inbox_is_told_before_anything_is_paid_for(
    simulator, connect, receiver, person, pdf, step
):
    """A client whose inbox was not opened says so, and asks for nothing."""
    client = await connect(inbox=Inbox(), callbacks=receiver.urls)
    steps = {
        "begin": client.begin(person(), documents=[pdf]),
        "identify": client.identify(mobile_phone_number="+346", email="a@b.example"),
        "resume": client.resume({"request_pk": 1}),
    }

    with pytest.raises(InboxClosedError, match="async with"):
        await steps.pop(step)
    for other in steps.values():
        other.close()

    assert not simulator.calls


async def test_inbox_that_closes_early_loses_nothing(
    simulator, client, inbox, person, pdf, until
):
    """A flow that need not wait goes on without an inbox."""

    async def close(state):
        if state["request_pk"]:
            record = simulator.requests[state["request_pk"]]
            await until(lambda: record.status == "ENROLLREADY")
            await inbox.close()

    signing = await client.begin(person(), documents=[pdf], on_state=close)

    assert len(signing.documents) == 1


async def test_document_that_is_no_pdf_is_refused(client, person, pdf, times):
    """What proves at its upload to be no PDF is refused then."""

    async def made():
        yield b"plain text"

    with pytest.raises(UnsupportedFileError, match="application/pdf"):
        await client.begin(person(), documents=[pdf, made])

    assert times()["sign"] == 0


@pytest.mark.parametrize(
    ("documents", "error"),
    [([], InvalidInputError), ([Path("missing.pdf")], LocalFileError)],
)
async def test_documents_that_cannot_be_used_replace_none(
    simulator, signing, documents, error
):
    """An upload of what cannot be read leaves what was uploaded before."""
    before = signing.documents

    with pytest.raises(error):
        await signing.upload(*documents)

    assert DELETE not in simulator.calls
    assert signing.documents == before


async def test_signed_documents_are_not_replaced(
    simulator, client, person, pdf, telephone
):
    """Who goes on from a state from before the signature does not lose it."""
    states = []

    async def keep(state):
        states.append(state)

    signing = await client.begin(person(), documents=[pdf], on_state=keep)
    await signing.sign(await telephone.code_for(signing))
    _, created, _ = states

    again = await client.resume(created)
    with pytest.raises(AlreadyIssuedError, match="has signed"):
        await again.upload(pdf)

    assert DELETE not in simulator.calls
    assert len(await signing.download()) == 1


async def test_other_documents_can_be_uploaded_instead(
    simulator, signing, telephone, pdf
):
    """A second upload takes the place of the first."""
    others = [pdf + b"%% one\n", pdf + b"%% two\n"]
    await signing.upload(*others)

    signed = await signing.sign(await telephone.code_for(signing))

    for each, other in zip(signed, others, strict=True):
        assert each.content.startswith(other)
    assert len(simulator.requests[signing.request_pk].documents) == 2
