"""Callers that take their time: each is cut off, and others are served meanwhile."""

import asyncio
import socket
from contextlib import suppress
from itertools import repeat

import pytest
from yarl import URL

from oneshot_async.receiver import Limits, Receiver

SECRET = "a-secret-of-a-receiver"
SOON = Limits(seconds=0.4)
PATIENCE = 5


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET], limits=SOON) as running:
        yield running


@pytest.fixture
def start(receiver, body):
    """The head of a callback, whose body does not follow by itself."""
    url = URL(receiver.urls.fixed())
    length = len(body())
    lines = [f"POST {url.path} HTTP/1.1", "Host: x", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.fixture
async def connection(wire, receiver):
    return await wire(URL(receiver.url).port)


@pytest.fixture
async def trickle():
    """A function that sends pieces one by one for as long as they are taken."""
    tasks = []

    async def send(connection, pieces):
        with suppress(ConnectionError):
            for piece in pieces:
                await connection.send(piece)
                await asyncio.sleep(SOON.seconds / 10)

    def begin(connection, pieces):
        tasks.append(asyncio.create_task(send(connection, pieces)))

    yield begin
    for task in tasks:
        task.cancel()


async def outcome(connection):
    """Return the first line that comes back; none if it is hung up on."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await connection.reader.readline()
    except ConnectionError:
        return b""


async def all_of(connection):
    """Return all that comes back until the other side hangs up."""
    async with asyncio.timeout(PATIENCE):
        return await connection.reader.read()


async def test_silent_caller_is_cut_off(connection):
    """Who connects and says nothing is hung up on."""
    assert await all_of(connection) == b""


async def test_slow_head_is_cut_off(connection, trickle, start):
    """A head that comes piece by piece is not waited for."""
    await connection.send(start[:-2])
    trickle(connection, repeat(b"X-Slow: 1\r\n", 1000))

    assert await outcome(connection) == b""


async def test_slow_request_line_is_cut_off(connection, trickle):
    """A request line that comes letter by letter is not waited for."""
    await connection.send(b"POST /")
    trickle(connection, repeat(b"a", 1000))

    assert await outcome(connection) == b""


@pytest.mark.parametrize("pieces", [0, 1000], ids=["silent", "slow"])
async def test_slow_body_is_cut_off(connection, trickle, start, store, pieces):
    """A body that does not come, or comes too slowly, is told 408 and not kept."""
    await connection.send(start.replace(b"Length: ", b"Length: 9"))
    trickle(connection, repeat(b" ", pieces))

    assert (await outcome(connection)).startswith(b"HTTP/1.1 408 ")
    assert (len(store), await store.quarantined()) == (0, [])


async def test_slow_chunks_are_cut_off(connection, trickle, start):
    """A chunked body that never ends is told 408."""
    chunked = b"Transfer-Encoding: chunked\r\nX"
    await connection.send(start.replace(b"Content-Length", chunked))
    trickle(connection, repeat(b"1\r\n \r\n", 1000))

    assert (await outcome(connection)).startswith(b"HTTP/1.1 408 ")


async def test_idle_connection_is_closed(connection, start, body):
    """A connection on which no further callback comes is closed."""
    await connection.send(start + body())
    answer = await all_of(connection)

    assert answer.startswith(b"HTTP/1.1 204 ")


async def test_busy_connection_stays(connection, start, body):
    """A connection on which callbacks come is not closed for its age."""
    for _ in range(6):
        await connection.send(start + body())
        assert await connection.status() == 204
        await connection.reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(SOON.seconds / 3)


@pytest.fixture
async def narrow(receiver):
    """A connection that takes little at a time."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.setblocking(False)
    url = URL(receiver.url)
    await asyncio.get_running_loop().sock_connect(small, (url.host, url.port))
    yield small
    small.close()


async def ask_for_ever(narrow, asking):
    async with asyncio.timeout(30):
        while True:
            await asyncio.get_running_loop().sock_sendall(narrow, asking)


async def test_answers_that_are_not_taken_are_cut_off(narrow, start, body):
    """Who asks and asks and takes no answer is hung up on."""
    with pytest.raises(ConnectionError):
        await ask_for_ever(narrow, (start + body()) * 100)


async def test_slow_handshake_is_cut_off(inbox, wire, tls):
    """Who wants TLS and does not say hello is hung up on."""
    server, _ = tls
    async with Receiver(
        inbox, secrets=[SECRET], ssl_context=server, limits=SOON
    ) as receiver:
        connection = await wire(URL(receiver.url).port)

        assert await all_of(connection) == b""


async def test_slow_callers_hold_up_nobody(receiver, wire, start, body):
    """While many dawdle, a callback is served."""
    slow = [await wire(URL(receiver.url).port) for _ in range(100)]
    for connection in slow:
        await connection.send(start)
    quick = await wire(URL(receiver.url).port)
    await quick.send(start + body())

    assert await quick.status() == 204


async def test_mounted_app_cuts_slow_bodies_off(serve, inbox, urls, wire, path):
    """In a server of one's own a slow body is told 408 as well."""
    client = await serve(inbox, urls, limits=SOON)
    connection = await wire(client.port)
    await connection.send(
        f"POST {path()} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n".encode()
    )

    assert await connection.status() == 408
