"""A listener that is killed or stopped under load: what it acknowledged is kept."""

import asyncio
import os
import time

import pytest
from yarl import URL

KILLS = int(os.environ.get("CHAOS_LISTEN_KILLS", "5"))
STOPS = max(2, KILLS // 4)
SOON = 15.0

pytestmark = pytest.mark.timeout(60 + KILLS * 10)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'inbox.db'}"


async def test_acknowledged_callbacks_outlive_kills(
    url, listen, calling, check, draw, figure
):
    """However often it is killed, what got a 204 is in the inbox, once."""
    listener = await listen(url)
    async with calling(listener) as calls:
        for _ in range(KILLS):
            await calls.reach(draw.randrange(10, 100))
            await listener.kill()
            await listener.start()
        await calls.reach(10)

    kept = await check(url, calls)
    figure(f"{KILLS} kills", f"{calls.answers}, {len(kept)} kept")


async def test_stopping_under_load_loses_nothing(
    url, listen, calling, check, draw, figure
):
    """Asked to stop, it ends with 0 soon; what it kept, it has printed, each once."""
    listener = await listen(url)
    codes, printed, times = [], [], []
    async with calling(listener) as calls:
        for _ in range(STOPS):
            await calls.reach(draw.randrange(10, 100))
            began = time.monotonic()
            code, events = await listener.stop()
            times.append(round(time.monotonic() - began, 2))
            codes.append(code)
            printed += events
            await listener.start()
        await calls.reach(10)
    code, events = await listener.stop()

    kept = await check(url, calls)
    figure(f"{STOPS} stops", f"{calls.answers}, {len(kept)} kept, seconds: {times}")
    assert [*codes, code] == [0] * (STOPS + 1)
    numbers = [event["sequence"] for event in printed + events]
    assert numbers == list(range(1, len(kept) + 1))
    assert max(times) < SOON


@pytest.fixture
async def connect():
    """A function that opens a connection, sends something and leaves it open."""
    opened = []

    async def send(listener, *pieces):
        opened.append(await asyncio.open_connection("127.0.0.1", listener.port))
        reader, writer = opened[-1]
        for piece, answer in pieces:
            writer.write(piece)
            assert answer in (await reader.readline())
        return reader

    yield send
    for _, writer in opened:
        writer.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_open_connections_do_not_keep_it_from_stopping(
    url, listen, connect, body, figure
):
    """A connection that is idle, and a callback that never ends, are not waited for."""
    listener = await listen(url)

    def head(number):
        path = URL(listener.url_for(number)).raw_path
        size = len(body(number))
        return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"

    await connect(listener, (f"{head(1)}\r\n".encode() + body(1), b" 204 "))
    asking = f"{head(2)}Expect: 100-continue\r\n\r\n".encode()
    half = await connect(listener, (asking, b" 100 "), (body(2)[:9], b"\r\n"))
    began = time.monotonic()
    code, events = await listener.stop()

    took = round(time.monotonic() - began, 2)
    figure("a stop with open connections", f"{took} s")
    assert (code, [event["sequence"] for event in events]) == (0, [1])
    assert await half.read() == b""
    assert took < SOON
