"""Stores on one SQLite file or one PostgreSQL database, all closed at the end."""

from contextlib import AsyncExitStack

import asyncpg
import pytest

from oneshot_async.stores import store_for


@pytest.fixture
async def open_store():
    """A function that opens a store by its URL, and closes it in the end."""
    async with AsyncExitStack() as stack:

        async def open_one(url):
            store = store_for(url)
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield open_one


@pytest.fixture
def file(tmp_path):
    return tmp_path / "inbox.db"


@pytest.fixture
def opened(open_store, file):
    """A function that opens one more store on the file."""
    return lambda path=file: open_store(f"sqlite:///{path}")


@pytest.fixture
async def store(opened):
    return await opened()


@pytest.fixture
def open_postgres(open_store, postgres_url):
    """A function that opens one more store in the test's database."""
    return lambda url=postgres_url: open_store(url)


@pytest.fixture
async def postgres_store(open_postgres):
    return await open_postgres()


@pytest.fixture
def execute(postgres_url):
    """A function that executes a statement in the database, beside every store."""

    async def run(statement):
        connection = await asyncpg.connect(postgres_url)
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    return run
