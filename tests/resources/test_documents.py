"""The tag Documents: what is sent, what comes back, what is refused."""

import pytest

from oneshot_async import RequestPk
from oneshot_async.errors import (
    BadRequestError,
    InvalidInputError,
    NotFoundError,
    UnexpectedResponseError,
    UnsupportedFileError,
)

UNKNOWN = RequestPk(1)


async def test_uploaded_document_can_be_fetched(client, pk, pdf):
    """What was uploaded comes back as it was."""
    (uploaded,) = await client.documents.upload(pk, pdf)

    content = await client.documents.download(
        pk, uploaded.uid, document_type="original"
    )

    assert (uploaded.name, uploaded.error_code) == ("file", None)
    assert content == pdf


async def test_several_documents_come_back_in_order(client, pk, pdf):
    """Several documents get a uid each, in the order in which they were given."""
    documents = [pdf + b"%% %d\n" % number for number in range(10)]

    uploaded = await client.documents.upload(pk, *documents)

    for each, document in zip(uploaded, documents, strict=True):
        fetched = await client.documents.download(
            pk, each.uid, document_type="original"
        )
        assert fetched == document


async def test_answer_may_acknowledge_some_documents_only(listener, open_client):
    """Documents that are refused one by one are told as the service tells them."""
    listener.answer = {
        "status": "success",
        "detail": [
            {"name": "file", "uid": "1"},
            {"name": "file2", "errorCode": 415, "errorMessage": "no PDF"},
        ],
    }
    client = await open_client()

    good, bad = await client.documents.upload(7, b"%PDF", b"text")

    assert (good.uid, good.error_code) == ("1", None)
    assert (bad.uid, bad.error_code, bad.error_message) == (None, "415", "no PDF")


async def test_answer_about_fewer_documents_is_told(listener, open_client):
    """If not every document is acknowledged, that is told with the way out."""
    listener.answer = {"status": "success", "detail": {"uid": "1", "name": "file"}}
    client = await open_client()

    with pytest.raises(UnexpectedResponseError, match="delete_all"):
        await client.documents.upload(7, b"%PDF", b"%PDF")


@pytest.mark.parametrize("count", [0, 11])
async def test_number_of_documents_is_checked(simulator, client, pk, pdf, count):
    """No document, or more than ten, are refused before anything is sent."""
    with pytest.raises(InvalidInputError, match=f"1 to 10, not {count}"):
        await client.documents.upload(pk, *[pdf] * count)

    assert len(simulator.calls) == 1


async def test_eleventh_document_is_refused(client, pk, pdf):
    """A request has ten documents at the most, over all uploads."""
    await client.documents.upload(pk, *[pdf] * 9)

    with pytest.raises(BadRequestError, match="Maximum number"):
        await client.documents.upload(pk, pdf, pdf)


@pytest.mark.parametrize("source", [7, None, ["a.pdf"]])
async def test_source_that_cannot_be_read_is_refused(simulator, client, pk, source):
    """What is no source of bytes is refused before anything is sent."""
    with pytest.raises(InvalidInputError, match="file"):
        await client.documents.upload(pk, source)

    assert len(simulator.calls) == 1


async def test_document_that_is_no_pdf_is_refused(client, pk, pdf):
    """What is no PDF is refused, and with it the others."""
    with pytest.raises(UnsupportedFileError, match="Unsupported file type") as caught:
        await client.documents.upload(pk, pdf, b"text")

    assert caught.value.status == 415


async def test_document_is_not_signed_before_the_signature(client, pk, uid):
    """Until it is signed, the signed version is not found."""
    with pytest.raises(NotFoundError, match="Document not found"):
        await client.documents.download(pk, uid)


async def test_signed_document_can_be_fetched(client, pk, uid, code, pdf):
    """After the signature, the signed version is what comes."""
    await client.requests.sign(pk, await code(pk))

    signed = await client.documents.download(pk, uid)

    assert signed.startswith(pdf)
    assert len(signed) > len(pdf)


async def test_deleted_document_is_gone(client, pk, uid, pdf):
    """A deleted document is not found; the others are."""
    (other,) = await client.documents.upload(pk, pdf)
    await client.documents.delete(pk, uid)

    with pytest.raises(NotFoundError):
        await client.documents.download(pk, uid, document_type="original")
    assert await client.documents.download(pk, other.uid, document_type="original")


async def test_all_documents_can_be_deleted(simulator, client, pk, uid):
    """Deleting all leaves none; a second time there is nothing to delete."""
    await client.documents.delete_all(pk)

    assert simulator.requests[pk].documents == {}
    with pytest.raises(NotFoundError, match="No documents"):
        await client.documents.delete_all(pk)


@pytest.mark.parametrize(
    "call",
    [
        lambda documents: documents.upload(UNKNOWN, b"%PDF"),
        lambda documents: documents.download(UNKNOWN, "uid"),
        lambda documents: documents.delete(UNKNOWN, "uid"),
        lambda documents: documents.delete_all(UNKNOWN),
    ],
)
async def test_unknown_request_is_not_found(client, call):
    """A request that does not exist has no documents and takes none."""
    with pytest.raises(NotFoundError):
        await call(client.documents)


async def test_unknown_document_is_not_found(client, pk):
    """A document that does not exist can neither be fetched nor deleted."""
    with pytest.raises(NotFoundError):
        await client.documents.download(pk, "uid")
    with pytest.raises(NotFoundError):
        await client.documents.delete(pk, "uid")


async def test_unknown_version_is_refused(client, pk, uid):
    """A version that does not exist is refused."""
    with pytest.raises(BadRequestError) as caught:
        await client.documents.download(pk, uid, document_type="draft")

    assert caught.value.details[0]["loc"] == ["query", "document_type"]
