"""Files on their way out: whole, from wherever they come, at any size."""

import asyncio
import os
import tracemalloc

import attrs
import pytest
from aiohttp import web

from oneshot_async import File, Timeouts, Transfer
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    AnswerTimeoutError,
    ConnectError,
    LocalFileError,
)

MIB = 2**20
BIG = 64 * MIB
SIZE = 700_001  # of no round number of chunks


@attrs.frozen
class Part:
    name: str
    filename: str
    content_type: str
    content: bytes


@attrs.define
class Archive:
    """A server that takes forms apart and keeps the files."""

    uploads: list = attrs.field(factory=list)
    lengths: list = attrs.field(factory=list)
    url: str = ""

    async def take(self, request):
        self.lengths.append(request.content_length)
        parts, form = [], await request.multipart()
        while part := await form.next():
            kind = part.headers["Content-Type"]
            parts.append(Part(part.name, part.filename, kind, bytes(await part.read())))
        self.uploads.append(parts)
        return web.json_response([{"uid": f"uid-{part.name}"} for part in parts])


@pytest.fixture
async def archive(listen):
    server = Archive()
    server.url = await listen(server.take)
    return server


@pytest.fixture
def content():
    return os.urandom(SIZE)


@pytest.fixture
def path(tmp_path, content):
    path = tmp_path / "contract.pdf"
    path.write_bytes(content)
    return path


def streaming(content):
    """Return a function that makes a stream of these bytes each time."""

    async def stream():
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    return stream


@pytest.fixture
def sources(content, path):
    """The same file in every form in which it can be given."""
    return {
        "bytes": content,
        "path": path,
        "text": str(path),
        "function": streaming(content),
        "file of bytes": File(content=content, name="a.pdf", content_type="a/b"),
        "file of a path": File(content=path, name="a.pdf", content_type="a/b"),
    }


FORMS = {
    "bytes": ("file.pdf", "application/pdf"),
    "path": ("contract.pdf", "application/pdf"),
    "text": ("contract.pdf", "application/pdf"),
    "function": ("file.pdf", "application/pdf"),
    "file of bytes": ("a.pdf", "a/b"),
    "file of a path": ("a.pdf", "a/b"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_file_arrives_whole(archive, connect, sources, content, form):
    """A file arrives byte for byte from wherever it comes, with its name and type."""
    client = await connect(archive.url)

    (uploaded,) = await client.documents.upload(7, sources[form])

    assert uploaded.uid == "uid-file"
    assert archive.uploads == [[Part("file", *FORMS[form], content)]]


@pytest.mark.parametrize("form", FORMS)
async def test_size_is_announced_if_it_is_known(archive, connect, sources, form):
    """The length of the body is announced unless a stream has none."""
    client = await connect(archive.url)

    await client.documents.upload(7, sources[form])

    (length,) = archive.lengths
    assert (length is None) if form == "function" else (length > SIZE)


async def test_ten_files_arrive_in_order(archive, connect):
    """Ten files are named as the API names them, in the order they were given."""
    client = await connect(archive.url)

    uploaded = await client.documents.upload(7, *[b"%%PDF %d" % n for n in range(10)])

    names = ["file", *(f"file{n}" for n in range(2, 11))]
    (parts,) = archive.uploads
    assert [part.name for part in parts] == names
    assert [part.content for part in parts] == [b"%%PDF %d" % n for n in range(10)]
    assert [each.uid for each in uploaded] == [f"uid-{name}" for name in names]


@pytest.mark.parametrize("form", FORMS)
async def test_redirected_upload_is_read_again(
    archive, serve, connect, answers, sources, content, form, listen
):
    """A body that has to be sent twice is whole both times."""
    seen = []

    async def moving(request):
        if not request.path.endswith("/"):
            seen.append(len(await request.read()))
            raise web.HTTPTemporaryRedirect(f"{request.path}/")
        return await archive.take(request)

    client = await connect(await listen(moving))

    await client.documents.upload(7, sources[form])

    assert seen[0] > SIZE
    assert archive.uploads[0][0].content == content


@pytest.mark.parametrize("form", FORMS)
async def test_upload_after_a_refused_connection_is_whole(
    archive, connect, nowhere, sources, content, form
):
    """An upload that found nobody sends the whole file when it is tried again."""
    client = await connect(nowhere)
    with pytest.raises(ConnectError):
        await client.documents.upload(7, sources[form])
    again = await connect(archive.url)

    await again.documents.upload(7, sources[form])

    assert archive.uploads[0][0].content == content


@pytest.mark.parametrize("position", [0, 1])
async def test_missing_file_is_told_and_nothing_is_sent(
    archive, connect, tmp_path, position
):
    """A file that is not there is told before anything is sent."""
    client = await connect(archive.url)
    documents = [b"%PDF", b"%PDF"]
    documents[position] = tmp_path / "missing.pdf"

    with pytest.raises(LocalFileError, match="No such file"):
        await client.documents.upload(7, *documents)

    assert archive.lengths == []


async def test_file_that_shrinks_is_told(listen, connect, path):
    """A file that becomes shorter on its way is told as what it is, and not resent."""
    calls = []

    async def take(request):
        calls.append(request.path)
        await request.content.readany()
        os.truncate(path, 300_000)
        await request.read()
        return web.json_response({"uid": "1"})

    with path.open("ab") as file:
        file.truncate(BIG)
    client = await connect(await listen(take))

    with pytest.raises(LocalFileError, match="became shorter"):
        await client.documents.upload(7, path)

    assert len(calls) == 1


async def test_failing_stream_is_told(archive, connect):
    """What a caller's own stream raises reaches the caller."""

    async def failing():
        yield b"%PDF"
        raise LookupError("no more")

    client = await connect(archive.url)

    with pytest.raises(LookupError, match="no more"):
        await client.documents.upload(7, failing)

    assert archive.uploads == []


async def test_progress_is_reported_to_the_end(archive, connect, path, content):
    """Progress is told for each file, without steps back, up to its whole size."""
    told = []
    client = await connect(archive.url)

    await client.documents.upload(7, path, b"%PDF", progress=told.append)

    assert told[-1] == Transfer(name="file2.pdf", done=4, total=4)
    first = [transfer for transfer in told if transfer.name == "contract.pdf"]
    assert first[-1] == Transfer(name="contract.pdf", done=SIZE, total=SIZE)
    assert [each.done for each in first] == sorted(each.done for each in first)


async def test_progress_of_a_stream_has_no_total(archive, connect, content):
    """Where the size is not known, progress does not make one up."""
    told = []
    client = await connect(archive.url)

    await client.documents.upload(7, streaming(content), progress=told.append)

    assert told[-1] == Transfer(name="file.pdf", done=SIZE, total=None)


@pytest.fixture
def big(tmp_path):
    """A file of many megabytes, which takes no room on the disk."""
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.truncate(BIG)
    return path


async def test_big_file_is_not_held_in_memory(listen, connect, big):
    """An upload takes as much memory as some chunks, whatever the file's size."""
    arrived = []

    async def count(request):
        sizes = [len(chunk) async for chunk in request.content.iter_any()]
        arrived.append(sum(sizes))
        return web.json_response({"uid": "1"})

    client = await connect(await listen(count))
    told = []
    tracemalloc.start()
    try:
        await client.documents.upload(7, big, progress=told.append)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert arrived[0] > BIG
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


async def test_slow_upload_goes_on(archive, connect):
    """An upload may last longer than the time-out between two pieces."""

    async def slow():
        for _ in range(20):
            yield b"%PDF"
            await asyncio.sleep(0.01)

    client = await connect(archive.url, timeouts=Timeouts(idle=0.1, answer=0.001))

    await client.documents.upload(7, slow)

    assert archive.uploads[0][0].content == b"%PDF" * 20
