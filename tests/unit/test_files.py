"""Files: whole or not at all, and every failure told as `LocalFileError`."""

import asyncio
import os
import resource
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneshot_async import _files
from oneshot_async._files import CHUNK, Reading, Writing, save, to_its_end
from oneshot_async.errors import LocalFileError


async def stream(*chunks):
    for chunk in chunks:
        yield chunk


async def broken():
    yield b"half"
    raise ConnectionResetError


def modes_in(folder):
    return [path.stat().st_mode & 0o777 for path in folder.iterdir()]


def left_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_file_is_saved_whole(tmp_path):
    """A stream becomes a file of its bytes, and its size is returned."""
    size = await save(stream(b"one", b"", b"two"), tmp_path / "a.pdf")

    assert (size, (tmp_path / "a.pdf").read_bytes()) == (6, b"onetwo")
    assert left_in(tmp_path) == ["a.pdf"]


async def test_saved_file_replaces_the_old_one(tmp_path):
    """A file that is there already is replaced."""
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old and longer")

    await save(stream(b"new"), target)

    assert target.read_bytes() == b"new"


async def test_folder_is_made(tmp_path):
    """The folder of a target is made if it is missing."""
    await save(stream(b"x"), tmp_path / "a" / "b" / "c.pdf")

    assert (tmp_path / "a" / "b" / "c.pdf").read_bytes() == b"x"


async def test_old_file_stays_until_the_new_one_is_whole(tmp_path):
    """While a file is being written, its target is what it was."""
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    seen = []

    async def watching():
        yield b"new"
        seen.append(await asyncio.to_thread(target.read_bytes))
        yield b"er"

    await save(watching(), target)

    assert seen == [b"old"]


async def test_unfinished_file_is_its_owners_only(tmp_path):
    """What is being written can be read by nobody else."""
    modes = []

    async def watching():
        yield b"x"
        modes.extend(await asyncio.to_thread(modes_in, tmp_path))

    await save(watching(), tmp_path / "a.pdf")

    assert modes == [0o600]


async def test_broken_stream_leaves_nothing(tmp_path):
    """If the stream breaks, its error is raised, and the old file stays alone."""
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")

    with pytest.raises(ConnectionResetError):
        await save(broken(), target)

    assert target.read_bytes() == b"old"
    assert left_in(tmp_path) == ["a.pdf"]


@pytest.fixture(params=[None, 3], ids=["one batch", "several"])
def batches(request, monkeypatch):
    """Let a few bytes be one batch, or more than fit into two buffers."""
    if request.param:
        monkeypatch.setattr(_files, "CHUNK", request.param)
        monkeypatch.setattr(_files, "_BATCH", 2 * request.param)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40)))
@pytest.mark.usefixtures("batches")
def test_chunks_are_saved_in_their_order(tmp_path, chunks):
    """However a stream is cut, it is saved as it is."""
    target = tmp_path / "a.pdf"
    size = asyncio.run(save(stream(*chunks), target))

    assert target.read_bytes() == b"".join(chunks)
    assert size == target.stat().st_size


@pytest.mark.usefixtures("batches")
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize("steps", range(1, 40))
async def test_cancellation_leaves_nothing_half(tmp_path, steps, times):
    """Cancelled at whatever moment, there is the whole file or none."""
    chunks = stream(b"x" * 10, b"y" * 10)
    saving = asyncio.create_task(save(chunks, tmp_path / "a.pdf"))
    for _ in range(times):
        for _ in range(steps):
            await asyncio.sleep(0)
        saving.cancel()
    await asyncio.wait([saving])

    assert left_in(tmp_path) in ([], ["a.pdf"])
    assert all(len(path.read_bytes()) == 20 for path in tmp_path.iterdir())


@pytest.mark.parametrize("method", ["open", "write", "keep"])
async def test_cancellation_during_a_step_leaves_nothing_half(
    tmp_path, monkeypatch, method
):
    """Cancelled while the disk works, the step is ended and then undone."""
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(Writing, method)

    def slow(self, *args):
        begun.set()
        go_on.wait(5)
        return real(self, *args)

    monkeypatch.setattr(Writing, method, slow)
    saving = asyncio.create_task(save(stream(b"x"), tmp_path / "a.pdf"))
    await asyncio.to_thread(begun.wait, 5)
    saving.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait([saving])

    assert saving.cancelled()
    assert left_in(tmp_path) == (["a.pdf"] if method == "keep" else [])


async def test_target_that_is_a_folder_is_told(tmp_path):
    """A target that cannot be replaced is told, and nothing is left beside it."""
    (tmp_path / "a.pdf").mkdir()

    with pytest.raises(LocalFileError, match="cannot be saved"):
        await save(stream(b"x"), tmp_path / "a.pdf")

    assert left_in(tmp_path) == []


async def test_folder_that_is_a_file_is_told(tmp_path):
    """A folder that cannot be made is told."""
    (tmp_path / "a").write_bytes(b"")

    with pytest.raises(LocalFileError, match="cannot be saved"):
        await save(stream(b"x"), tmp_path / "a" / "b.pdf")

    assert left_in(tmp_path) == ["a"]


@pytest.fixture
def small_disk():
    """Let no file of this process grow beyond 64 KiB for a moment."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("chunk", [100_000, 1000])
async def test_full_disk_is_told_and_leaves_nothing(tmp_path, chunk):
    """When the disk is full, that is told, and the unfinished file is removed."""
    with pytest.raises(LocalFileError, match="cannot be saved: File too large"):
        await save(stream(*[b"x" * chunk] * 100), tmp_path / "a.pdf")

    assert left_in(tmp_path) == []


async def read_all(path):
    reading = Reading(path, "file2")
    await asyncio.to_thread(reading.open)
    chunks = [chunk async for chunk in reading.chunks()]
    reading.close()
    return b"".join(chunks)


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
async def test_file_is_read_in_pieces(tmp_path, size):
    """A file of any size is read to its end."""
    (tmp_path / "a").write_bytes(os.urandom(size))

    assert await read_all(tmp_path / "a") == (tmp_path / "a").read_bytes()


async def test_file_that_grows_is_read_to_its_first_size(tmp_path):
    """What is appended while a file is read is not sent beyond its announced size."""
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    reading = Reading(path, "file2")
    await asyncio.to_thread(reading.open)
    path.write_bytes(b"1234567890")

    chunks = [chunk async for chunk in reading.chunks()]
    reading.close()

    assert chunks == [b"12345"]


async def test_file_that_shrinks_is_told(tmp_path):
    """A file that becomes shorter while it is read is told, not padded."""
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    reading = Reading(path, "file2")
    await asyncio.to_thread(reading.open)
    path.write_bytes(b"12")

    with pytest.raises(LocalFileError, match="file2: the file became shorter"):
        async for _ in reading.chunks():
            pass
    reading.close()


async def test_file_that_cannot_be_read_further_is_told():
    """A read that fails on the way is told as a local error."""
    reading = Reading(
        Path("/proc/self/mem"), "file2"
    )  # reading its first page is an error
    await asyncio.to_thread(reading.open)
    reading.size = 1

    with pytest.raises(LocalFileError, match="cannot be read"):
        async for _ in reading.chunks():
            pass
    reading.close()


def test_file_that_is_not_open_is_empty(tmp_path):
    """Reading, writing and closing what is not open do nothing."""
    reading, writing = Reading(tmp_path / "a", "file2"), Writing(tmp_path / "b")
    reading.close()
    writing.write(b"x")
    writing.keep()
    writing.discard()

    assert reading.read() == b""
    assert left_in(tmp_path) == []


async def test_cancellation_waits_for_the_end():
    """Who is cancelled during a blocking step goes only when the step has ended."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def step():
        begun.set()
        go_on.wait(5)
        ended.set()

    running = asyncio.create_task(to_its_end(step))
    await asyncio.to_thread(begun.wait, 5)
    running.cancel()
    await asyncio.sleep(0)
    still_running = not running.done()
    go_on.set()
    await asyncio.wait([running])

    assert still_running
    assert running.cancelled()
    assert ended.is_set()


async def test_error_of_a_step_is_its_own():
    """What a blocking step raises is raised to who awaits it."""
    with pytest.raises(FileNotFoundError):
        await to_its_end(os.stat, "/nowhere/at/all")
