"""What is told when the file cannot be used, and that it goes on when it can again."""

import asyncio
import resource
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest

from oneshot_async.errors import StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for
from oneshot_async.stores.sqlite import database

LARGE = "x" * 60_000


def event(number, text=""):
    return CallbackEvent(pk=number, status="CREATED", raw={"text": text})


async def problem_of(awaitable):
    with pytest.raises(StoreError) as caught:
        await awaitable
    return str(caught.value)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(database, "_PATIENCE", 0.1)


@contextmanager
def largest_file(size):
    """Have the system refuse to let any file of this process grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("missing/inbox.db", "its directory does not exist: make it first"),
        ("file/inbox.db", "its directory is a file"),
        ("directory", "it is a directory: name a file in it"),
        ("x" * 300, "the system refuses it (ENAMETOOLONG)"),
    ],
)
async def test_impossible_path_is_told(tmp_path, path, told):
    """A path on which there can be no file is told with what is wrong with it."""
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()

    problem = await problem_of(store_for(f"sqlite:///{tmp_path / path}").open())

    assert problem.startswith(f"{tmp_path / path}: ")
    assert told in problem


async def test_directory_that_cannot_be_written_is_told(powerless_dir):
    """No file can be made in a directory of somebody else."""
    powerless_dir.chmod(0o500)
    store = store_for(f"sqlite:///{powerless_dir}/inbox.db")

    assert "cannot be written" in await problem_of(store.open())
    powerless_dir.chmod(0o700)
    await store.open()
    await store.close()


@pytest.mark.parametrize(
    ("of_file", "of_directory", "told"),
    [
        (0o400, 0o700, "cannot be written: make the file and its directory writable"),
        (0o600, 0o500, "cannot be written: make the file and its directory writable"),
        (0o200, 0o700, "cannot be opened: see that this user may read the file"),
    ],
    ids=["file", "directory", "unreadable"],
)
async def test_missing_permission_is_told(
    opened, powerless_dir, of_file, of_directory, told
):
    """What this user may not do is found out at once, and told."""
    file = powerless_dir / "inbox.db"
    await (await opened(file)).close()
    file.chmod(of_file)
    powerless_dir.chmod(of_directory)

    problem = await problem_of(store_for(f"sqlite:///{file}").open())
    powerless_dir.chmod(0o700)

    assert told in problem


async def test_store_goes_on_when_its_file_can_be_written_again(opened, powerless_dir):
    """A file that became readable only is told, and used again when it is writable."""
    file = powerless_dir / "inbox.db"
    store = await opened(file)
    await store.append(event(1))
    copy = powerless_dir / "copy.db"
    shutil.copy(file, copy)
    copy.chmod(0o400)
    copy.replace(file)

    assert "cannot be written" in await problem_of(store.append(event(2)))
    file.chmod(0o600)
    assert await store.append(event(2)) == 2


async def test_full_database_is_told_and_goes_on(store):
    """When there is no room, that is told; when there is, the same store appends."""
    database = store._database
    limit = "PRAGMA max_page_count = {}".format
    await database.run(lambda connection: connection.execute(limit(1)).fetchall())

    assert "the disk is full: make room" in await problem_of(
        store.append(event(1, LARGE))
    )
    assert await store.history(None) == []
    await database.run(lambda connection: connection.execute(limit(9999)).fetchall())
    assert await store.append(event(1, LARGE)) == 1


async def test_system_that_refuses_to_write_is_told_and_store_goes_on(store, file):
    """When a write breaks off in the middle, nothing of it stays, and all goes on."""
    assert await store.append(event(1, LARGE)) == 1
    with largest_file(file.with_name("inbox.db-wal").stat().st_size + 10_000):
        problem = await problem_of(store.append(event(2, LARGE)))
        assert "the disk fails to read or write" in problem
        await problem_of(store.append(event(3, LARGE)))

    assert await store.append(event(2, LARGE)) == 2
    assert [found.pk for found in await store.history(None)] == [1, 2]


async def test_locked_file_is_told_and_store_goes_on(impatient, opened, file):
    """When another program does not stop writing, that is told in the end."""
    store = await opened()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        problem = await problem_of(store.append(event(1)))
        assert await store.history(None) == []
        late = store_for(f"sqlite:///{file}")
        assert await problem_of(late.open()) == problem
        other.execute("COMMIT")

    assert "another program keeps it locked" in problem
    assert await store.append(event(1)) == 1


async def test_store_waits_for_who_is_writing(store, file):
    """A file that is locked for a moment only is waited for."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(store.append(event(1)))
        done, _ = await asyncio.wait([task], timeout=0.1)
        other.execute("COMMIT")

    assert (done, await task) == (set(), 1)


async def test_damaged_file_is_told(store, file):
    """A file whose pages hold nonsense is told to be damaged."""
    await store.append(event(1))
    await store.close()
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    async def use():
        async with asyncio.timeout(10):
            await store.open()
            try:
                await store.history(None)
            finally:
                await store.close()

    assert "it is damaged: restore it" in await problem_of(use())


async def test_file_that_is_gone_is_told(store, file):
    """Nothing is written into a file that nobody would find again."""
    away = file.with_name("away.db")
    await store.append(event(1))
    file.rename(away)

    assert "it is gone: put it back" in await problem_of(store.append(event(2)))
    assert not file.exists()
    away.rename(file)
    assert await store.append(event(2)) == 2


async def test_problem_tells_nothing_that_was_to_be_kept(store):
    """The error names the file; the event, and whom it is about, stay out of it."""
    await store._database.run(
        lambda connection: connection.execute("DROP TABLE events")
    )

    problem = await problem_of(store.append(event(734_501, "planted")))

    assert problem.endswith("inbox.db: SQLite cannot go on (SQLITE_ERROR)")


async def test_store_that_is_not_open_says_so(file):
    """Before it is opened, and after it is closed, a store can do nothing."""
    store = store_for(f"sqlite:///{file}")

    assert await problem_of(store.append(event(1))) == "the store is not open"
    await store.open()
    await store.close()
    assert await problem_of(store.append(event(1))) == "the store is not open"
    assert [found async for found in store.changes()] == []
