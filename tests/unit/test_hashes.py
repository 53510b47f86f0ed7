"""The hash document, and what an appearance refuses before it is sent."""

import base64
import hashlib
import json

import pytest

from oneshot_async import Appearance
from oneshot_async.errors import InvalidInputError, LocalFileError
from oneshot_async.hashing import hash_document
from oneshot_async.models.hashes import HashedDocument

CONTENT = b"what stays at home" * 100_000
DIGEST = hashlib.sha256(CONTENT).digest()


def test_hash_document_is_what_the_service_reads():
    """The digest is sent as a DER attribute in base64, inside of JSON."""
    file = HashedDocument(digest=DIGEST).file()

    body = json.loads(file.content)
    assert (
        base64.b64decode(body.pop("messageDigest"))
        == (bytes.fromhex("302f06092a864886f70d01090431220420")) + DIGEST
    )
    assert body == {
        "digestAlgorithm": "sha256WithRSAEncryption",
        "addAuthAttribute": 1,
        "addSigningTime": 1,
        "otherAuthAttributes": [],
    }
    assert file.content_type == "application/json"


@pytest.mark.parametrize("size", [0, 20, 31, 33, 64])
def test_digest_of_another_size_is_refused(size):
    """A digest that cannot be a SHA-256 is refused."""
    with pytest.raises(InvalidInputError, match=f"not {size}"):
        HashedDocument(digest=bytes(size))


async def test_bytes_are_hashed():
    """Bytes become their digest, whatever they are."""
    assert (await hash_document(CONTENT)).digest == DIGEST


async def test_files_are_hashed_under_their_name(tmp_path):
    """A file becomes its digest and lends it its name."""
    path = tmp_path / "deed.xml"
    path.write_bytes(CONTENT)
    hashed = await hash_document(path)

    assert (hashed.digest, hashed.name) == (DIGEST, "deed.xml")


async def test_streams_are_hashed():
    """What a function opens is read to its end."""

    async def stream():
        yield CONTENT[:1000]
        yield CONTENT[1000:]

    assert (await hash_document(stream)).digest == DIGEST


async def test_missing_file_cannot_be_hashed(tmp_path):
    """A file that is not there is an error of this machine."""
    with pytest.raises(LocalFileError):
        await hash_document(tmp_path / "none.xml")


def test_digest_and_name_are_not_shown():
    """The repr tells nothing of the document."""
    assert "deed" not in repr(HashedDocument(digest=DIGEST, name="deed"))


@pytest.mark.parametrize(
    "line",
    ["Signed: %(CN)s, %(SUBJECT)s", "%(EMAIL)s%(E)s%(L)s%(DATE)s", "100 %", "%%(x)"],
)
def test_known_placeholders_are_accepted(line):
    """Every documented name may stand in a line, and so may a percent sign."""
    assert Appearance(text=[line]).text == [line]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("by %(CN) today", r"'%\(CN\)' is none of"),
        ("by %(NAME)s", r"'%\(NAME\)s' is none of"),
        ("by %(cn)s", r"'%\(cn\)s' is none of"),
        ("by %(CN", r"'%\(CN' is none of"),
        ("by %()s", r"'%\(\)s' is none of"),
    ],
)
def test_wrong_placeholders_are_named(line, named):
    """A name nobody documents, or a missing s, is refused by what was written."""
    with pytest.raises(InvalidInputError, match=named):
        Appearance(text=["fine", line])


@pytest.mark.parametrize("date", ["%d/%m/%Y %H:%M:%S %z", "%-d %B %%", "today", ""])
def test_dates_of_strftime_are_accepted(date):
    """Whatever strftime understands may be a date, plain text included."""
    assert Appearance(date=date).date == date


@pytest.mark.parametrize("date", ["%d/%i", "%Q", "%", "%-", "%Y %(DATE)s"])
def test_other_dates_are_refused(date):
    """A pattern that strftime does not understand is refused."""
    with pytest.raises(InvalidInputError, match="date: strftime"):
        Appearance(date=date)
