"""SQLite stores on one file, all of which are closed at the end."""

from contextlib import AsyncExitStack

import pytest

from oneshot_async.stores import store_for


@pytest.fixture
def file(tmp_path):
    return tmp_path / "inbox.db"


@pytest.fixture
async def opened(file):
    """A function that opens one more store on the file."""
    async with AsyncExitStack() as stack:

        async def open_one(path=file):
            store = store_for(f"sqlite:///{path}")
            await store.open()
            stack.push_async_callback(store.close)
            return store

        yield open_one


@pytest.fixture
async def store(opened):
    return await opened()
