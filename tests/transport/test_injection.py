"""Texts that would break out of their place are refused; nothing is sent."""

import pytest

from oneshot_async import Billing, File, RaoLogin, RaoToken
from oneshot_async.errors import (
    BadRequestError,
    InvalidInputError,
    UnsupportedFileError,
)

BREAKS = ["a\r\nX-Evil: 1", "a\n", "\ra", "a\0b", "a\x1b", "a\x7f"]
HALF = "a\ud800"
SECRET = "planted"


@pytest.fixture
async def server(serve, answers):
    return await serve(answers.ok(pk="7", uid="uid", token_uid="t"))


@pytest.fixture
async def client(server, connect):
    return await connect(server.url)


@pytest.mark.parametrize("text", [*BREAKS, HALF])
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda text: RaoToken(text), "RAO token"),
        (lambda text: RaoToken("t", password=text), "RAO password"),
        (lambda text: RaoToken("t", pin=text), "RAO pin"),
        (lambda text: RaoLogin(username=text, password="p", pin="1"), "RAO username"),
        (lambda text: RaoLogin(username="u", password=text, pin="1"), "RAO password"),
        (lambda text: RaoLogin(username="u", password="p", pin=text), "RAO pin"),
        (lambda text: Billing(username=text, password="p"), "billing username"),
        (lambda text: Billing(username="u", password=text), "billing password"),
        (lambda text: File(content=b"", name=text), "name of a file"),
        (lambda text: File.of(f"/nowhere/{text}", "", "a/b"), "name of a file"),
    ],
)
def test_text_that_ends_its_line_is_refused(make, named, text):
    """A line break or the half of a character is refused by name, and not shown."""
    with pytest.raises(InvalidInputError, match=named) as caught:
        make(SECRET + text)

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "kind", [*(f"a/b{text}" for text in [*BREAKS, HALF]), "", "a", "a/", "/b", "a/b/c"]
)
def test_content_type_that_is_none_is_refused(kind):
    """A content type becomes a header of its part: only what is one may."""
    with pytest.raises(InvalidInputError, match="content_type"):
        File(content=b"", name="a", content_type=kind)


@pytest.mark.parametrize(
    "kind", ["image/svg+xml", "text/plain; charset=utf-8", "application/vnd.ms-excel"]
)
def test_content_type_may_be_any(kind):
    """What is a content type, with parameters or without, is taken."""
    assert File(content=b"", name="a", content_type=kind).content_type == kind


@pytest.mark.parametrize("text", [*BREAKS, HALF])
@pytest.mark.parametrize(
    "call",
    [
        lambda client, text: client.tokens.get(text),
        lambda client, text: client.documents.delete(7, text),
        lambda client, text: client.call("POST /a", form={text: "x"}),
        lambda client, text: client.call("GET /a/{id}", text),
    ],
    ids=["token", "document", "name in a form", "unknown id"],
)
async def test_nothing_is_sent_of_such_a_text(server, client, call, text):
    """Refused before a connection is made; and the refusal does not show the text."""
    with pytest.raises(InvalidInputError) as caught:
        await call(client, SECRET + text)

    assert server.seen == []
    assert SECRET not in str(caught.value)


async def test_name_in_a_form_is_plain(server, client):
    """A field's name that no header can carry is refused."""
    with pytest.raises(InvalidInputError, match="name of a form field"):
        await client.call("POST /a", form={"größe": "1"})

    assert server.seen == []


async def test_half_a_character_in_a_form_is_refused(server, client):
    """Text that has no bytes is refused by the name of its field."""
    with pytest.raises(InvalidInputError, match="comment"):
        await client.call("POST /a", form={"comment": HALF})

    assert server.seen == []


async def test_lines_stay_lines_in_a_form(server, client):
    """Where lines are no danger, as in the value of a field, they arrive."""
    await client.call("POST /a", form={"comment": "one\r\ntwo"})

    assert b"\r\n\r\none\r\ntwo\r\n--" in server.seen[0].body


@pytest.mark.parametrize("value", [{1}, float("nan"), b"x"])
async def test_what_is_no_json_is_refused(server, client, value):
    """What JSON cannot write is an error of this package, and nothing is sent."""
    with pytest.raises(InvalidInputError, match="JSON"):
        await client.call("POST /a", json={"value": value})

    assert server.seen == []


@pytest.mark.parametrize("name", ['a"; filename="b', "a; b=c", "a\\", "%0D%0A"])
async def test_quotes_in_names_stay_names(server, client, name):
    """A quote in the name of a field or a file does not end it."""
    file = File(content=b"x", name=name)

    await client.call("POST /a", form={name: "one", f"{name}2": file})

    heads = [part.partition(b"\r\n\r\n")[0] for part in parts_of(server.seen[0])]
    dispositions = [head for head in heads if b"Content-Disposition" in head]
    assert len(dispositions) == 2
    assert [head.count(b'filename="') for head in dispositions] == [0, 1]


def parts_of(seen):
    boundary = seen.headers["Content-Type"].partition("boundary=")[2].strip('"')
    return seen.body.split(f"--{boundary}".encode())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("two\r\nlines\tand  more", "two lines and more"),
        ("\x1b]0;owned\x07 \x9b31m", "\ufffd]0;owned\ufffd \ufffd31m"),
        ("half \ud800, \u202egnorw", "half \ufffd, \ufffdgnorw"),
        ("x" * 100_000, "x" * 2_000 + "…"),
    ],
    ids=["lines", "terminal", "halves", "length"],
)
async def test_words_of_a_refusal_can_be_shown_anywhere(
    serve, connect, answers, said, told
):
    """What a server says is one line, which breaks out of no log and no terminal."""
    server = await serve(answers.json({"status": "error", "message": said}, 400))
    client = await connect(server.url)

    with pytest.raises(BadRequestError) as caught:
        await client.requests.get(7)

    assert caught.value.message == told
    assert str(caught.value).encode().isascii() is told.isascii()


async def test_words_about_a_document_can_be_shown_anywhere(
    serve, connect, answers, signer
):
    """So is what is said of one document among those that were taken."""
    refused = {"errorCode": "1", "errorMessage": "no\x1b[2J\nlines", "name": "\x07"}
    ok = answers.ok(pk="7")
    server = await serve(ok, answers.request(), answers.json({"detail": [refused]}))
    client = await connect(server.url)

    with pytest.raises(UnsupportedFileError) as caught:
        await client.begin(signer, [b"%PDF"])

    assert caught.value.message == "document 1: no\ufffd[2J lines"
