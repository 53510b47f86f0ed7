"""Events, an open inbox, and a way to let every task run."""

import asyncio
import itertools

import pytest

from oneshot_async import CallbackEvent
from oneshot_async.stores import MemoryStore


@pytest.fixture
def event():
    """A function that makes an event unlike any before it."""
    counter = itertools.count()

    def make(status="CREATED", *, pk=7, correlation=None, at=None, **more):
        moment = f"{next(counter):014}" if at is None else at
        raw = {"sent_at": moment}
        return CallbackEvent(
            pk=pk, status=status, correlation=correlation, raw=raw, **more
        )

    return make


@pytest.fixture
def settle():
    """A function that lets every task run as far as it can."""

    async def run_all():
        for _ in range(10):
            await asyncio.sleep(0)

    return run_all


@pytest.fixture
def waiting(inbox, settle):
    """A function that begins a wait and returns its task when it waits."""

    async def begin(*args, **options):
        task = asyncio.create_task(inbox.wait(*args, **options))
        await settle()
        return task

    return begin


class SlowStore(MemoryStore):
    """Answers history only when it is let."""

    def __init__(self):
        super().__init__()
        self.let = asyncio.Event()

    async def history(self, key, after=0, limit=None):
        found = await super().history(key, after, limit)
        await self.let.wait()
        return found


@pytest.fixture
async def slow_store():
    return SlowStore()
