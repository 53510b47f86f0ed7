"""Documents: what is documented of upload, download and delete."""

import re
from uuid import UUID

import pytest

from oneshot_async import RequestPk
from oneshot_async.errors import NotFoundError, UnsupportedFileError

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLDER = "documented for the older generation"
NOBODYS = RequestPk(2_000_000_000)


async def test_one_document_is_acknowledged_by_an_object(client, wire, approved, pdf):
    """A single upload answers `detail` with the form field and a uid."""
    (document,) = await client.documents.upload(approved.pk, pdf)
    answer = wire.last

    assert answer.get("status") == "success", "documented: the status is `success`"
    assert answer.get("detail", {}).get("name") == "file", (
        "documented: the name of a document is the form field it was sent in"
    )
    assert str(UUID(document.uid)) == document.uid, (
        "documented: the uid of a document is a UUID with dashes"
    )


async def test_several_documents_get_a_uid_each(client, approved, pdf):
    """Several documents in one upload are told apart by the answer."""
    documents = await client.documents.upload(approved.pk, pdf, pdf)

    assert len({document.uid for document in documents}) == 2, (
        "documented in the guides: each document gets a uid"
    )
    assert [document.name for document in documents] == ["file", "file2"], (
        "documented in the guides: the form fields are `file`, `file2` and so on"
    )


async def test_original_can_be_fetched(client, approved, pdf):
    """What was uploaded can be fetched before there is a signature."""
    (document,) = await client.documents.upload(approved.pk, pdf)

    original = await client.documents.download(
        approved.pk, document.uid, document_type="original"
    )

    assert original == pdf, (
        "documented: `document_type=original` is what was uploaded, byte for byte"
    )


async def test_nothing_is_signed_before_the_signature(client, refused, approved, pdf):
    """The signed version is not found while there is none."""
    (document,) = await client.documents.upload(approved.pk, pdf)

    with refused(NotFoundError, "documented: there is nothing signed to be fetched"):
        await client.documents.download(
            approved.pk, document.uid, document_type="signed"
        )


async def test_deleted_document_is_not_found(client, refused, approved, pdf):
    """A document can be deleted by itself."""
    (document,) = await client.documents.upload(approved.pk, pdf)

    await client.documents.delete(approved.pk, document.uid)

    with refused(NotFoundError, "documented: what is deleted is not found"):
        await client.documents.download(
            approved.pk, document.uid, document_type="original"
        )


async def test_all_documents_are_deleted_at_once(client, wire, refused, approved, pdf):
    """One call deletes all documents of a request, and answers no details."""
    (document,) = await client.documents.upload(approved.pk, pdf)

    await client.documents.delete_all(approved.pk)

    assert wire.last.get("status") == "success", "documented: the status is `success`"
    assert re.fullmatch(
        r"Documents deleted for Request \S+", wire.last.get("message")
    ), "documented: the message is `Documents deleted for Request …`"
    with refused(NotFoundError, "documented: what is deleted is not found"):
        await client.documents.download(
            approved.pk, document.uid, document_type="original"
        )


async def test_what_is_no_pdf_is_refused(client, refused, approved):
    """The older generation refuses with 415 what it cannot sign."""
    with refused(UnsupportedFileError, f"{OLDER}: what is no PDF is refused, 415"):
        await client.documents.upload(approved.pk, b"a text")


@pytest.mark.parametrize("document_type", ["signed", "original"])
async def test_document_of_nobody_is_not_found(client, refused, document_type):
    """A document of a request that does not exist is not found."""
    uid = "604b889f-6b3a-4af7-a24a-b5e610e7f7c1"

    with refused(NotFoundError, f"{OLDER}: a document that is not there is 404"):
        await client.documents.download(NOBODYS, uid, document_type=document_type)
