"""How uploads go on: what is told of them, how long they last, what they take."""

import asyncio
import tracemalloc

import attrs
import pytest
from aiohttp import web

from oneshot_async import Timeouts, Transfer
from oneshot_async.errors import AmbiguousOutcomeError, AnswerTimeoutError

MIB = 2**20
BIG = 64 * MIB
SIZE = 700_001  # of no round number of chunks


@attrs.define
class Counter:
    """A server that counts the bytes of a body and keeps none."""

    sizes: list = attrs.field(factory=list)
    url: str = ""

    async def count(self, request):
        sizes = [len(chunk) async for chunk in request.content.iter_any()]
        self.sizes.append(sum(sizes))
        return web.json_response({"uid": "1"})


@pytest.fixture
async def counter(listen):
    counter = Counter()
    counter.url = await listen(counter.count)
    return counter


async def test_progress_is_reported_to_the_end(counter, connect, tmp_path):
    """Progress is told without steps back, up to the whole size, under its name."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(bytes(SIZE))
    told = []
    client = await connect(counter.url)

    await client.documents.upload(7, path, progress=told.append)

    assert told[-1] == Transfer(name="contract.pdf", done=SIZE, total=SIZE)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert len(told) > 1


async def test_progress_is_told_of_each_file(serve, connect, answers):
    """Of several files, each has a progress of its own."""
    server = await serve(answers.json([{"uid": "1"}, {"uid": "2"}]))
    told = []
    client = await connect(server.url)

    await client.documents.upload(7, b"%PDF", b"%PDF-2", progress=told.append)

    assert told == [
        Transfer(name="file.pdf", done=4, total=4),
        Transfer(name="file2.pdf", done=6, total=6),
    ]


async def test_progress_of_a_stream_has_no_total(counter, connect):
    """Where the size is not known, progress does not make one up."""

    async def stream():
        yield b"%PDF"
        yield b"-1.7"

    told = []
    client = await connect(counter.url)

    await client.documents.upload(7, stream, progress=told.append)

    assert told == [
        Transfer(name="file.pdf", done=4, total=None),
        Transfer(name="file.pdf", done=8, total=None),
    ]


async def test_failing_progress_is_told(counter, connect):
    """What a caller's own progress function raises reaches the caller."""

    def fail(_):
        raise LookupError("no room to show it")

    client = await connect(counter.url)

    with pytest.raises(LookupError, match="no room"):
        await client.documents.upload(7, b"%PDF", progress=fail)


@pytest.fixture
def big(tmp_path):
    """A file of many megabytes, which takes no room on the disk."""
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.truncate(BIG)
    return path


async def test_big_file_is_not_held_in_memory(counter, connect, big):
    """An upload takes as much memory as some chunks, whatever the file's size."""
    client = await connect(counter.url)
    told = []
    tracemalloc.start()
    try:
        await client.documents.upload(7, big, progress=told.append)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert counter.sizes[0] > BIG
    assert peak < 8 * MIB
    assert told[-1].done == BIG


@pytest.fixture
async def deaf():
    """The URL of a server that accepts connections and reads nothing."""
    writers = []

    def accept(reader, writer):
        writer.transport.pause_reading()
        writers.append(writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield f"http://localhost:{server.sockets[0].getsockname()[1]}"
    for writer in writers:
        writer.transport.abort()
    server.close()


async def test_upload_that_does_not_go_on_is_told(deaf, connect, big):
    """An upload of which nothing more is taken ends at the time-out between pieces."""
    client = await connect(deaf, timeouts=Timeouts(idle=0.1))

    with pytest.raises(AmbiguousOutcomeError) as caught:
        async with asyncio.timeout(10):
            await client.documents.upload(7, big)

    assert isinstance(caught.value.__cause__, AnswerTimeoutError)


async def test_slow_upload_goes_on(counter, connect):
    """An upload may last longer than the time-out between two pieces."""

    async def slow():
        for _ in range(20):
            yield b"%PDF"
            await asyncio.sleep(0.01)

    client = await connect(counter.url, timeouts=Timeouts(idle=0.1, answer=0.001))

    await client.documents.upload(7, slow)

    assert counter.sizes[0] > 80
