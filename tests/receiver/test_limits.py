"""What a caller may use: sizes, numbers, encodings; and what it is told."""

import gzip
import zlib

import pytest
from yarl import URL

from oneshot_async.errors import InvalidInputError
from oneshot_async.receiver import Limits, Receiver

SECRET = "a-secret-of-a-receiver"
BOMB = gzip.compress(b" " * 50_000_000)


@pytest.fixture
def head(receiver):
    """A function that makes the head of a request to a valid URL."""
    url = URL(receiver.urls.fixed())

    def make(*headers, line=f"POST {url.path} HTTP/1.1"):
        return "\r\n".join([line, "Host: x", *headers, "", ""]).encode()

    return make


@pytest.fixture
async def asked(wire, receiver):
    """A function that sends bytes to the receiver and returns all that comes back."""

    async def ask(data):
        connection = await wire(URL(receiver.url).port)
        await connection.send(data)
        return await connection.reader.read()

    return ask


def status_of(answer):
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", BOMB),
        ("GZIP", BOMB),
        ("deflate", zlib.compress(b"{}")),
        ("br", b"{}"),
        ("zstd", b"{}"),
        ("identity, gzip", BOMB),
        ("gzip", b"no gzip"),
        ("nonsense", b"{}"),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
async def test_compressed_body_is_refused(asked, head, store, encoding, data, chunked):
    """A body that is compressed in any way is told 415, whatever is in it."""
    size = b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)
    framing = (
        "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(data)}"
    )
    start = head(f"Content-Encoding: {encoding}", framing, "Connection: close")

    answer = await asked(start + (size if chunked else data))

    assert status_of(answer) == 415
    assert not await store.quarantined()


async def test_mounted_app_refuses_compressed_bodies(client, path, body):
    """A server that unpacks by itself has the same refused."""
    for data in (BOMB, b"no gzip", gzip.compress(body())):
        headers = {"Content-Encoding": "gzip"}
        async with client.post(path(), data=data, headers=headers) as answer:
            assert answer.status == 415


async def test_body_that_says_it_is_not_compressed_is_read(client, path, body):
    """The one encoding that changes nothing is no reason to refuse."""
    headers = {"Content-Encoding": "identity"}
    answer = await client.post(
        path(), data=body(), headers=headers, skip_auto_headers=["Content-Encoding"]
    )

    assert answer.status == 204


async def test_body_may_be_bounded_further(serve, inbox, urls, path, body):
    """A smaller limit holds for announced and for chunked bodies."""
    client = await serve(inbox, urls, limits=Limits(body=100))

    async def pieces(count):
        for _ in range(count):
            yield b" " * 30

    assert (await client.post(path(), data=body())).status == 204
    assert (await client.post(path(), data=b" " * 101)).status == 413
    assert (await client.post(path(), data=pieces(4))).status == 413


@pytest.mark.parametrize(
    "more",
    [
        {"line": "POST /" + "a" * 4096 + " HTTP/1.1"},
        {"line": "POST /callbacks/x HTTP/1.1\r\nX: " + "a" * 4097},
        {"line": "POST /callbacks/x HTTP/1.1" + "\r\nX: a" * 65},
    ],
    ids=["line", "header", "headers"],
)
async def test_large_head_is_refused(asked, head, more):
    """A long request line, a long header and too many of them are told 400."""
    assert status_of(await asked(head(**more))) == 400


async def test_real_head_is_small_enough(asked, head, body):
    """What a proxy adds to a callback is far below the limits."""
    headers = [f"X-{n}: {'a' * 100}" for n in range(30)]
    start = head(*headers, f"Content-Length: {len(body())}", "Connection: close")

    assert status_of(await asked(start + body())) == 204


async def test_connections_are_bounded(inbox, wire, body):
    """Who comes when there are too many is hung up on, until a place is free."""
    limits = Limits(connections=2)
    async with Receiver(inbox, secrets=[SECRET], limits=limits) as receiver:
        url = URL(receiver.urls.fixed())
        start = f"POST {url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body())}"
        request = f"{start}\r\n\r\n".encode() + body()
        kept = [await wire(url.port) for _ in range(2)]
        for connection in kept:
            await connection.send(request)
            assert await connection.status() == 204
        refused = await wire(url.port)
        assert await refused.reader.read() == b""
        await kept[0].send(b"nonsense\r\n\r\n")
        await kept[0].reader.read()
        again = await wire(url.port)
        await again.send(request)

        assert await again.status() == 204


ANSWERS = {
    "kept": (
        "POST {path} HTTP/1.1\r\nContent-Length: 30",
        b'{"status":"ISSUED","pk":7}    ',
    ),
    "refused": ("POST {path} HTTP/1.1\r\nContent-Length: 1", b"{"),
    "unknown": ("POST /callbacks/x.y HTTP/1.1", b""),
    "elsewhere": ("GET / HTTP/1.1", b""),
    "method": ("GET {path} HTTP/1.1", b""),
    "malformed": ("POST {path} HTTP/1.1\r\n{path}", b""),
    "nonsense": ("{path}", b""),
}


@pytest.mark.parametrize(("start", "data"), ANSWERS.values(), ids=ANSWERS)
async def test_answer_says_little(asked, receiver, start, data):
    """An answer has no body, names no version, and passes no URL on."""
    path = URL(receiver.urls.fixed()).path
    line = start.format(path=path)
    answer = await asked(
        f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode() + data
    )

    top, _, rest = answer.decode().partition("\r\n\r\n")
    assert rest == ""
    assert "\r\nReferrer-Policy: no-referrer" in top
    assert "\r\nServer: receiver" in top
    assert "aiohttp" not in top
    assert path not in top


@pytest.mark.parametrize("name", ["body", "seconds", "connections", "line", "headers"])
@pytest.mark.parametrize("value", [0, -1])
def test_limits_are_more_than_nothing(name, value):
    """A limit that lets nobody in is refused by its name."""
    with pytest.raises(InvalidInputError, match=name):
        Limits(**{name: value})
