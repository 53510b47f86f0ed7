"""What is made of answers that are not as they should be."""

import gzip
import json
from codecs import BOM_UTF8

import pytest

from oneshot_async.errors import (
    ApiError,
    NotFoundError,
    ServerError,
    UnexpectedResponseError,
)

BODY = json.dumps({"secrets": {}, "request": {"pk": 7, "status": "ISSUED"}}).encode()


@pytest.mark.parametrize("kind", ["text/html", "application/pdf", "text/plain"])
async def test_content_type_does_not_matter(serve, connect, answers, kind):
    """JSON is read whatever the answer says that it is."""
    server = await serve(answers.raw(BODY, content_type=kind))
    client = await connect(server.url)

    assert (await client.requests.get(7)).status == "ISSUED"


async def test_compressed_answer_is_read(serve, connect, answers):
    """A compressed answer is read as if it were not."""
    server = await serve(answers.raw(gzip.compress(BODY), Content_Encoding="gzip"))
    client = await connect(server.url)

    assert (await client.requests.get(7)).status == "ISSUED"


async def test_byte_order_mark_is_passed_over(serve, connect, answers):
    """A byte order mark before JSON does not disturb."""
    server = await serve(answers.raw(BOM_UTF8 + BODY))
    client = await connect(server.url)

    assert (await client.requests.get(7)).status == "ISSUED"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff\xfe", b"[]", b"null"])
async def test_answer_without_sense_is_told(serve, connect, answers, body):
    """An answer that is no JSON, or not what was asked for, is told as unexpected."""
    server = await serve(answers.raw(body))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match=r"^GET /request/"):
        await client.requests.get(7)


async def test_refusal_without_json_keeps_its_status(serve, connect, answers):
    """A refusal that is a page of HTML is still known by its status."""
    page = b"<html>Internal Server Error</html>"
    server = await serve(answers.raw(page, 500, "text/html"))
    client = await connect(server.url)

    with pytest.raises(ServerError) as caught:
        await client.requests.get(7)

    assert (caught.value.status, caught.value.message) == (500, "Internal Server Error")


@pytest.mark.parametrize("mode", ["memory", "progress", "file"])
@pytest.mark.parametrize("before", [b"", BOM_UTF8, b"\r\n "])
async def test_refusal_instead_of_a_file_is_told(
    serve, connect, answers, tmp_path, left_in, mode, before
):
    """An envelope that says no, where a PDF should be, is an error and no file."""
    no = before + b'{"status": "404 Not Found", "details": "Document not found"}'
    server = await serve(answers.raw(no, 200, "application/pdf"))
    client = await connect(server.url)
    options = {
        "memory": {},
        "progress": {"progress": lambda _: None},
        "file": {"to": tmp_path / "a.pdf"},
    }

    with pytest.raises(NotFoundError, match="Document not found"):
        await client.documents.download(7, "uid", **options[mode])

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("mode", ["memory", "file"])
async def test_empty_file_is_told(serve, connect, answers, tmp_path, left_in, mode):
    """An empty answer where a PDF should be is an error, and an old file stays."""
    old = tmp_path / "a.pdf"
    old.write_bytes(b"old")
    server = await serve(answers.raw(b"", 200, "application/pdf"))
    client = await connect(server.url)

    with pytest.raises(UnexpectedResponseError, match="empty"):
        await client.documents.download(
            7, "uid", **({"to": old} if mode == "file" else {})
        )

    assert old.read_bytes() == b"old"
    assert left_in(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize("status", [204, 300, 304, 400, 418, 500])
async def test_no_file_is_made_of_a_refusal(
    serve, connect, answers, tmp_path, left_in, status
):
    """Whatever is no success leaves no file."""
    body = b"" if status in {204, 304} else b"%PDF"
    server = await serve(answers.raw(body, status, "application/pdf"))
    client = await connect(server.url)

    with pytest.raises((ApiError, UnexpectedResponseError)):
        await client.requests.contract(7, to=tmp_path / "a.pdf")

    assert left_in(tmp_path) == []


async def test_request_may_have_no_secrets(serve, connect, answers):
    """Null may stand where the secrets of a request should."""
    bare = {"pk": 7, "status": "ENROLLREADY"}
    server = await serve(answers.json({"secrets": None, "request": bare}))
    client = await connect(server.url)

    request = await client.requests.get(7)

    assert (request.status, request.secrets.pin) == ("ENROLLREADY", None)


async def test_cookies_are_not_sent_back(serve, connect, answers):
    """The client's own session keeps no cookies between people's requests."""
    cookie = answers.json(json.loads(BODY), Set_Cookie="session=somebody; Path=/")
    server = await serve(cookie)
    client = await connect(server.url)

    await client.requests.get(7)
    await client.requests.get(7)

    assert "Cookie" not in server.seen[1].headers
