"""Which files are opened: new ones, older ones, and nobody else's."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from oneshot_async.errors import StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for
from oneshot_async.stores.sqlite import schema

EVENT = CallbackEvent(pk=7, status="CREATED")
SECOND = ("ALTER TABLE bindings ADD COLUMN note TEXT", "CREATE TABLE notes (text)")


def version_of(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def next_version(monkeypatch):
    """A function that makes this the next version of the package."""

    def become(*statements):
        migrations = (*schema.MIGRATIONS, statements)
        monkeypatch.setattr(schema, "MIGRATIONS", migrations)

    return become


@pytest.fixture
async def older(store):
    """A store on a file of the first version, closed, with one event in it."""
    await store.append(EVENT)
    await store.close()
    return store


async def test_empty_file_becomes_an_inbox(file, opened):
    """A file of no bytes, as `mktemp` makes it, is as good as none."""
    file.touch()
    store = await opened()

    assert await store.append(EVENT) == 1


async def test_older_file_is_brought_up_to_date(older, file, opened, next_version):
    """A file of an older version keeps its events and gets what is new."""
    next_version(*SECOND)
    next_version("INSERT INTO notes VALUES ('third')")
    store = await opened()

    assert [found.pk for found in await store.history(None)] == [7]
    assert version_of(file) == 3
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT * FROM notes").fetchall() == [("third",)]


async def test_file_is_brought_up_to_date_once(older, opened, next_version):
    """Of several stores that open an older file together, one changes it."""
    next_version(*SECOND)
    stores = await asyncio.gather(*(opened() for _ in range(5)))

    assert [len(await store.history(None)) for store in stores] == [1] * 5


async def test_failed_migration_leaves_the_older_file(older, file, next_version):
    """A file is brought up to date wholly or not at all."""
    next_version(*SECOND)
    next_version("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="SQLITE_ERROR"):
        await older.open()
    assert version_of(file) == 1
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert ("notes",) not in tables


async def test_newer_file_is_refused(file, opened, next_version, monkeypatch):
    """A file that a newer version has written is left to the newer version."""
    with monkeypatch.context():
        next_version(*SECOND)
        await (await opened()).close()
    monkeypatch.undo()

    with pytest.raises(StoreError, match=r"schema 2, this one knows 1.*update"):
        await store_for(f"sqlite:///{file}").open()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE events (anything)",
        "PRAGMA application_id = 252006",
        "PRAGMA user_version = 1",
    ],
)
async def test_database_of_another_program_is_refused(file, statement):
    """A file that is somebody else's is told so and stays as it is."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()
    before = file.read_bytes()

    with pytest.raises(StoreError, match="another program: name a new file"):
        await store_for(f"sqlite:///{file}").open()
    assert file.read_bytes() == before
    assert [found.name for found in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("content", [b"hello", b"no database\n" * 1000])
async def test_file_that_is_no_database_is_refused(file, content):
    """Any other file is told to be none of SQLite's and stays as it is."""
    file.write_bytes(content)

    with pytest.raises(StoreError, match="no SQLite database: name another file"):
        await store_for(f"sqlite:///{file}").open()
    assert file.read_bytes() == content


async def test_new_file_may_be_opened_by_many_at_once(opened):
    """Whoever comes first makes the file; nobody is turned away."""
    stores = await asyncio.gather(*(opened() for _ in range(10)))
    numbers = [await store.append(EVENT) for store in stores]

    assert numbers == [1, *[None] * 9]
