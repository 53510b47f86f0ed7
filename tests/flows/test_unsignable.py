"""Documents that cannot be signed are refused before anything is paid for."""

from io import BytesIO

import attrs
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from oneshot_async import File
from oneshot_async.errors import InvalidInputError, LocalFileError
from oneshot_async.simulator.paper import sample_pdf


def rewritten(*, password=None, streams=False):
    """Return a PDF whose trailer is of the old form or the new, perhaps encrypted."""
    writer = copy_into_new_writer(PdfFileReader(BytesIO(sample_pdf())))
    writer.stream_xrefs = streams
    if password is not None:
        writer.encrypt(owner_pass="owner", user_pass=password)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


UNSIGNABLE = {
    "empty": (b"", "is empty"),
    "text": (b"Dear Sir or Madam", "is no PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(5000), "is no PDF"),
    "encrypted": (rewritten(password="user"), "is encrypted"),
    "encrypted, new form": (rewritten(password="user", streams=True), "is encrypted"),
    "without a password to open": (rewritten(password=""), "is encrypted"),
}
SIGNABLE = {
    "old form": rewritten(),
    "new form": rewritten(streams=True),
    "speaks of it": sample_pdf() + b"% /Encrypt 1 0 R\n",
    "cut off": sample_pdf()[:2000],
    "points nowhere": b"%PDF-1.4\nstartxref\n999999\n%%EOF\n",
}


@pytest.fixture
async def check(connect, person, times):
    """A function that begins with a document, and returns what was refused of it."""
    client = await connect()

    async def begin(*documents):
        with pytest.raises((InvalidInputError, LocalFileError)) as caught:
            await client.begin(person(), documents)
        assert times()["create"] == 0
        return caught.value

    return begin


@pytest.mark.parametrize("name", UNSIGNABLE)
@pytest.mark.parametrize("given", ["bytes", "path", "file"])
async def test_nothing_is_created_for_what_cannot_be_signed(
    check, pdf, tmp_path, name, given
):
    """It is told which document it is and what is wrong with it."""
    content, fault = UNSIGNABLE[name]
    path = tmp_path / "jane.pdf"
    path.write_bytes(content)
    source = {"bytes": content, "path": path, "file": File(content=path, name="a")}

    error = await check(pdf, source[given])

    assert isinstance(error, InvalidInputError)
    assert str(error).startswith("documents[1]: ")
    assert fault in str(error)
    assert "jane" not in str(error)


@pytest.mark.parametrize("name", SIGNABLE)
async def test_what_may_be_signed_is_uploaded(connect, person, name):
    """Only what surely cannot be signed is refused here; the rest is the service's."""
    client = await connect()

    signing = await client.begin(person(), [SIGNABLE[name]])

    assert len(signing.documents) == 1


async def test_what_is_said_to_be_something_else_is_not_looked_into(connect, person):
    """A file of a type of its own, or one that is made on the way, goes as it is."""
    content, _ = UNSIGNABLE["encrypted"]

    async def made():
        yield content

    ready = File(content=content, name="a.pdf", content_type="application/x")
    client = await connect()

    signing = await client.begin(person(), [ready, made])

    assert len(signing.documents) == 2


@pytest.mark.parametrize("field", ["document_front", "extra_document"])
async def test_missing_image_is_told_by_its_field(
    connect, person, pdf, tmp_path, times, field
):
    """Of several images it is told which cannot be read, and not its name."""
    client = await connect()
    signer = attrs.evolve(person(), **{field: tmp_path / "jane.jpg"})

    with pytest.raises(LocalFileError, match=f"{field}: the file cannot be read") as no:
        await client.begin(signer, [pdf])

    assert "jane" not in str(no.value)
    assert times()["create"] == 0


async def test_missing_file_is_told_by_its_place(check, pdf, tmp_path):
    """Of several documents it is told which cannot be read, and not its name."""
    error = await check(pdf, tmp_path / "jane.pdf")

    assert isinstance(error, LocalFileError)
    assert str(error).startswith("documents[1]: the file cannot be read: No such file")
    assert "jane" not in str(error)
