"""Files on their way in: whole or not at all, at any size."""

import asyncio
import errno
import gzip
import os
import tracemalloc

import pytest
from aiohttp import web

from oneshot_async import Retries, Transfer
from oneshot_async.errors import (
    ConnectionLostError,
    LocalFileError,
    UnexpectedResponseError,
)

MIB = 2**20
BIG = 64 * MIB
SIZE = 700_001


@pytest.fixture
def content():
    return b"%PDF" + os.urandom(SIZE - 4)


@pytest.mark.parametrize("mode", ["plain", "progress"])
async def test_download_to_memory_is_whole(serve, connect, answers, content, mode):
    """A download arrives byte for byte, with progress or without."""
    server = await serve(answers.raw(content, content_type="application/pdf"))
    client = await connect(server.url)
    options = {"progress": lambda _: None} if mode == "progress" else {}

    assert await client.documents.download(7, "uid", **options) == content


async def test_download_to_a_file_is_whole(
    serve, connect, answers, content, tmp_path, left_in
):
    """A download to a file returns its path; there is the file and nothing else."""
    server = await serve(answers.raw(content, content_type="application/pdf"))
    client = await connect(server.url)

    path = await client.documents.download(7, "uid", to=str(tmp_path / "a.pdf"))

    assert path == tmp_path / "a.pdf"
    assert path.read_bytes() == content
    assert left_in(tmp_path) == ["a.pdf"]


async def test_version_is_asked_for(serve, connect, answers):
    """The version of the document is always named: what is sent else is not known."""
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    await client.documents.download(7, "uid")
    await client.documents.download(7, "uid", document_type="original")

    assert server.calls == [
        "GET /document/7/uid?document_type=signed",
        "GET /document/7/uid?document_type=original",
    ]


async def test_progress_is_reported_to_the_end(
    serve, connect, answers, content, tmp_path
):
    """Progress is told without steps back, up to the whole size."""
    told = []
    server = await serve(answers.raw(content))
    client = await connect(server.url)

    await client.requests.contract(7, to=tmp_path / "a.pdf", progress=told.append)

    assert told[-1] == Transfer(name="a.pdf", done=SIZE, total=SIZE)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert len(told) > 1


async def test_total_of_a_compressed_download_is_not_known(serve, connect, answers):
    """Where the length on the wire is not the file's, progress has no total."""
    told = []
    packed = gzip.compress(b"%PDF" * 1000)
    server = await serve(answers.raw(packed, Content_Encoding="gzip"))
    client = await connect(server.url)

    await client.requests.contract(7, progress=told.append)

    assert told[-1] == Transfer(name="document", done=4000, total=None)


async def test_broken_download_leaves_nothing(
    listen, connect, answers, tmp_path, left_in
):
    """A download that breaks in the middle leaves no file, neither whole nor half."""
    broken = answers.pieces(b"x" * 100_000, b"x" * 100_000, size=300_000)
    once = Retries(attempts=1)
    client = await connect(await listen(broken), retries=once)

    with pytest.raises(ConnectionLostError):
        await client.documents.download(7, "uid", to=tmp_path / "a.pdf")

    assert left_in(tmp_path) == []


async def test_broken_download_leaves_the_old_file(
    listen, connect, answers, tmp_path, left_in
):
    """A download that breaks in the middle leaves what was there before."""
    (tmp_path / "a.pdf").write_bytes(b"old")
    broken = answers.pieces(b"x" * 200_000, size=300_000)
    client = await connect(await listen(broken))

    with pytest.raises(ConnectionLostError):
        await client.documents.download(7, "uid", to=tmp_path / "a.pdf")

    assert left_in(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"old"


async def test_broken_download_is_tried_again_from_its_start(
    serve, connect, answers, content, tmp_path, left_in
):
    """After a broken download, the next one fetches the whole file."""
    broken = answers.pieces(content[:300_000], size=SIZE)
    server = await serve(broken, answers.raw(content))
    client = await connect(server.url)

    path = await client.documents.download(7, "uid", to=tmp_path / "a.pdf")

    assert path.read_bytes() == content
    assert left_in(tmp_path) == ["a.pdf"]


async def test_cancelled_download_leaves_nothing(listen, connect, tmp_path, left_in):
    """A download that is cancelled in the middle leaves no file."""
    arrived = asyncio.Event()

    async def stall(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * 500_000)
        return await asyncio.Event().wait()

    client = await connect(await listen(stall))
    downloading = asyncio.create_task(
        client.documents.download(
            7, "uid", to=tmp_path / "a.pdf", progress=lambda _: arrived.set()
        )
    )
    await asyncio.wait_for(arrived.wait(), 5)
    halves = left_in(tmp_path)
    downloading.cancel()
    await asyncio.wait([downloading])

    assert (len(halves), left_in(tmp_path)) == (1, [])
    assert downloading.cancelled()


async def test_file_that_cannot_be_written_is_told(
    serve, connect, answers, tmp_path, left_in
):
    """A download that cannot be saved is told, and tried only once."""
    (tmp_path / "file").write_bytes(b"")
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    with pytest.raises(LocalFileError, match="cannot be saved") as caught:
        await client.documents.download(7, "uid", to=tmp_path / "file" / "a.pdf")

    assert caught.value.errno in {errno.EEXIST, errno.ENOTDIR}
    assert len(server.seen) == 1
    assert left_in(tmp_path) == ["file"]


async def test_big_file_is_not_held_in_memory(listen, connect, answers, tmp_path):
    """A download takes as much memory as some chunks, whatever the file's size."""
    piece = bytes(MIB)
    big = answers.pieces(*[piece] * (BIG // MIB), size=BIG)
    client = await connect(await listen(big))
    told = []
    tracemalloc.start()
    try:
        path = await client.documents.download(
            7, "uid", to=tmp_path / "big.pdf", progress=told.append
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert path.stat().st_size == BIG
    assert peak < 8 * MIB
    assert told[-1] == Transfer(name="big.pdf", done=BIG, total=BIG)


@pytest.mark.parametrize("before", ["nothing", "a file that all can read"])
async def test_file_is_its_owners_only(serve, connect, answers, tmp_path, before):
    """What was downloaded can be read by nobody else, whatever was there before."""
    target = tmp_path / "a.pdf"
    if before != "nothing":
        target.write_bytes(b"old")
        target.chmod(0o644)
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    await client.documents.download(7, "uid", to=target)

    assert target.stat().st_mode & 0o777 == 0o600


async def test_link_is_replaced_and_not_followed(serve, connect, answers, tmp_path):
    """Where the target is a link, what it leads to is not written over."""
    elsewhere, target = tmp_path / "elsewhere", tmp_path / "a.pdf"
    elsewhere.write_bytes(b"old")
    target.symlink_to(elsewhere)
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    await client.documents.download(7, "uid", to=target)

    assert (elsewhere.read_bytes(), target.read_bytes()) == (b"old", b"%PDF")


async def test_name_proposed_by_the_server_is_not_heeded(
    serve, connect, answers, tmp_path, left_in
):
    """The file has the name that was asked for, whatever the answer calls it."""
    named = 'attachment; filename="../../evil.pdf"'
    server = await serve(answers.raw(b"%PDF", Content_Disposition=named))
    client = await connect(server.url)
    folder = tmp_path / "folder"

    await client.images.get("uid", to=folder / "a.png")

    assert (left_in(tmp_path), left_in(folder)) == (["folder"], ["a.png"])


async def test_name_that_no_file_can_have_is_told(
    serve, connect, answers, tmp_path, left_in
):
    """A target that the system cannot name is told as a local error."""
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    with pytest.raises(LocalFileError, match="no file can have its name"):
        await client.documents.download(7, "uid", to=tmp_path / "a\0.pdf")

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("target", ["", "."])
async def test_target_without_a_name_is_told(serve, connect, answers, target):
    """What names no file at all is told as a local error."""
    server = await serve(answers.raw(b"%PDF"))
    client = await connect(server.url)

    with pytest.raises(LocalFileError, match="no file can have its name"):
        await client.requests.contract(7, to=target)


@pytest.mark.parametrize("evil", ["../../evil", "/evil", "..", "e\0vil", "e" * 300])
async def test_name_of_an_upload_is_not_heeded(
    listen, connect, answers, signer, tmp_path, left_in, evil
):
    """However the server calls what was uploaded, here it keeps its own name."""

    async def serve_evil(request):
        if request.method == "GET" and "/document/" in request.path:
            return await answers.raw(b"%PDF")(request)
        if request.path.endswith("/document/7"):
            return await answers.ok(uid="uid", name=evil)(request)
        return await answers.ok(pk="7", status="ISSUED")(request)

    client = await connect(await listen(serve_evil))
    folder = tmp_path / "folder"

    signing = await client.begin(signer, [b"%PDF"])
    (signed,) = await signing.download(to=folder)

    assert signed.path == folder / "file-signed.pdf"
    assert (left_in(tmp_path), left_in(folder)) == (["folder"], ["file-signed.pdf"])


@pytest.mark.parametrize("status", [200, 201, 203])
async def test_success_of_any_kind_is_a_file(serve, connect, answers, tmp_path, status):
    """A proxy may answer another success: the file is there then, too."""
    server = await serve(answers.raw(b"%PDF", status, content_type="application/pdf"))
    client = await connect(server.url)

    saved = await client.requests.contract(7, to=tmp_path / "a.pdf")

    assert saved.read_bytes() == b"%PDF"


@pytest.mark.parametrize("mode", ["memory", "file"])
async def test_part_of_a_file_is_no_file(
    serve, connect, answers, tmp_path, left_in, mode
):
    """Nobody asked for a part, so a part is an error, and nothing is left of it."""
    server = await serve(answers.raw(b"%PDF", 206, content_type="application/pdf"))
    client = await connect(server.url)
    options = {"to": tmp_path / "a.pdf"} if mode == "file" else {}

    with pytest.raises(UnexpectedResponseError, match="only a part"):
        await client.requests.contract(7, **options)

    assert left_in(tmp_path) == []


async def test_file_may_have_the_longest_name(serve, connect, answers, tmp_path):
    """What stands beside a file while it is written does not need a longer name."""
    server = await serve(answers.raw(b"%PDF", content_type="application/pdf"))
    client = await connect(server.url)
    longest = tmp_path / ("é" * 125 + "a.pdf")

    assert await client.requests.contract(7, to=longest) == longest
    assert longest.read_bytes() == b"%PDF"
