"""The whole flow when all goes well: begin, OTP, sign, in every mode."""

import asyncio
import subprocess

import pytest

from oneshot_async import (
    Appearance,
    Polling,
    Rectangle,
    RequestStatus,
    SignatureParameters,
)
from oneshot_async.errors import InvalidInputError, LocalFileError

SLOW = Polling(first=60, longest=60, deadline=10)
VISIBLE = SignatureParameters(
    appearance=Appearance(
        text=["Signed by %(CN)s"], position=Rectangle(30, 30, 250, 120), page=0
    )
)


async def test_callbacks_carry_the_flow(connect, inbox, receiver, whole_flow, times):
    """With callbacks, nobody needs to poll: each wait ends when one arrives."""
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=SLOW)

    (signed,) = await whole_flow(client)

    assert signed.content.startswith(b"%PDF")
    assert times() == {"create": 1, "otp": 1, "sign": 1}
    assert inbox.statistics().waiting == 0


async def test_result_is_signed(client, person, pdf, telephone, checks):
    """What comes back is the document with a valid signature in the person's name."""
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    (signed,) = await signing.sign(code, signature=VISIBLE)

    (check,) = await checks(signed.content)
    assert (check.valid, check.signer.startswith("Łukasz Gómez")) == (True, True)
    assert signed.content.startswith(pdf)


def pdfsig(path):
    done = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.needs("pdfsig")
async def test_result_is_signed_for_others_too(client, whole_flow, pdf, tmp_path):
    """A tool that shares no code with this package finds the signature valid."""
    (saved,) = await whole_flow(client, pdf, to=tmp_path)

    report = await asyncio.to_thread(pdfsig, saved.path)

    assert "Signature Validation: Signature is Valid." in report
    assert "Total document signed" in report


async def test_altered_result_is_not_valid(client, whole_flow, checks):
    """One changed byte of what was signed makes the signature worthless."""
    (signed,) = await whole_flow(client)
    altered = signed.content.replace(b"/Type", b"/type", 1)

    (check,) = await checks(altered)

    assert not check.valid


async def test_files_become_files(client, whole_flow, pdf, tmp_path, left_in):
    """Files are signed into a directory, under their own names, which stay distinct."""
    sources = [tmp_path / "a" / "x.pdf", tmp_path / "b" / "x.pdf", tmp_path / "y.pdf"]
    for source in sources:
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(pdf)
    out = tmp_path / "out"

    saved = await whole_flow(client, *sources, to=out)

    assert [each.path for each in saved] == [
        out / "x-signed.pdf",
        out / "x-signed-2.pdf",
        out / "y-signed.pdf",
    ]
    assert left_in(out) == sorted(each.path.name for each in saved)
    assert [each.name for each in saved] == ["x.pdf", "x.pdf", "y.pdf"]


async def test_no_result_takes_the_place_of_another(
    client, whole_flow, pdf, tmp_path, left_in
):
    """Two people may sign files of one name into one folder, and each file is kept."""
    source, out = tmp_path / "x.pdf", tmp_path / "out"
    source.write_bytes(pdf)

    (first,) = await whole_flow(client, source, to=out)
    kept = first.path.read_bytes()
    (second,) = await whole_flow(client, source, to=out, number=1)

    assert first.path.read_bytes() == kept
    assert second.path.read_bytes() != kept
    assert left_in(out) == ["x-signed-2.pdf", "x-signed.pdf"]


async def test_documents_keep_their_order(client, whole_flow, pdf, checks):
    """Several documents come back signed in the order in which they were given."""
    documents = [pdf + b"%% %d\n" % number for number in range(4)]

    signed = await whole_flow(client, *documents)

    for each, document in zip(signed, documents, strict=True):
        (check,) = await checks(each.content)
        assert check.valid
        assert each.content.startswith(document)


async def test_polling_alone_is_enough(simulator, connect, whole_flow, times):
    """A client without an inbox signs in the asynchronous mode by asking."""
    client = await connect()

    await whole_flow(client)

    assert len(simulator.callbacks) == 0
    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_many_flows_run_at_once(simulator, client, whole_flow, pdf, inbox, times):
    """Twenty people sign at once, and each gets the document that was theirs."""
    documents = [pdf + b"%% %02d\n" % number for number in range(20)]
    async with asyncio.TaskGroup() as group:
        flows = [
            group.create_task(whole_flow(client, document, number=number))
            for number, document in enumerate(documents)
        ]

    for flow, document in zip(flows, documents, strict=True):
        (signed,) = flow.result()
        assert signed.content.startswith(document)
    assert times() == {"create": 20, "otp": 20, "sign": 20}
    assert inbox.statistics().waiting == 0


async def test_contract_can_be_read_before(client, person, pdf, tmp_path):
    """Between the approval and the code there is the contract, in memory or a file."""
    signing = await client.begin(person(), documents=[pdf])

    content = await signing.contract()
    path = await signing.contract(to=tmp_path / "contract.pdf")

    assert content.startswith(b"%PDF")
    assert path.read_bytes().startswith(b"%PDF")


async def test_documents_can_be_deleted_afterwards(simulator, client, person, pdf):
    """When all is done, nothing need stay on the Optimizer; again does no harm."""
    signing = await client.begin(person(), documents=[pdf])

    await signing.delete_documents()
    await signing.delete_documents()

    assert simulator.requests[signing.request_pk].documents == {}
    assert signing.state["documents"] == []


async def test_progress_is_told_both_ways(client, person, pdf, telephone):
    """Uploads and downloads report to the end."""
    up, down = [], []
    signing = await client.begin(person(), documents=[pdf], progress=up.append)
    code = await telephone.code_for(signing)
    (signed,) = await signing.sign(code, progress=down.append)

    assert (up[-1].done, up[-1].total) == (len(pdf), len(pdf))
    assert down[-1].done == down[-1].total == len(signed.content)


@pytest.mark.parametrize("count", [0, 11])
async def test_number_of_documents_is_checked_first(client, person, pdf, times, count):
    """Too many documents, or none, are refused before anything is paid for."""
    with pytest.raises(InvalidInputError, match="documents"):
        await client.begin(person(), documents=[pdf] * count)

    assert times()["create"] == 0


async def test_missing_document_is_told_first(client, person, pdf, times, tmp_path):
    """A document that is not there is told before anything is paid for."""
    with pytest.raises(LocalFileError, match="No such file"):
        await client.begin(person(), documents=[pdf, tmp_path / "missing.pdf"])

    assert times()["create"] == 0


async def test_signing_without_documents_is_refused(client, person, pdf, times):
    """With nothing to sign, no code is used up."""
    signing = await client.begin(person(), documents=[pdf])
    await signing.delete_documents()

    with pytest.raises(InvalidInputError, match="upload"):
        await signing.sign("123456")

    assert times()["sign"] == 0


async def test_approved_request_is_returned(client, person, pdf):
    """Asking again for the approval returns the request as it stands."""
    signing = await client.begin(person(), documents=[pdf])

    request = await signing.approved()

    assert (request.pk, request.status) == (
        signing.request_pk,
        RequestStatus.ENROLLREADY,
    )
    assert repr(signing) == f"<Signing of request {signing.request_pk}>"
