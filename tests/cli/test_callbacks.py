"""Callbacks are shown as they are kept, none is left out."""

import asyncio

import pytest

from oneshot_async.cli import callbacks
from oneshot_async.cli.callbacks import showing
from oneshot_async.errors import StoreError
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk, RequestStatus
from oneshot_async.stores import MemoryStore

APPROVED = CallbackEvent(pk=RequestPk(7), status=RequestStatus.ENROLLREADY)
ISSUED = CallbackEvent(pk=RequestPk(7), status=RequestStatus.ISSUED)


async def test_the_last_callback_is_shown_too():
    """Callbacks that are kept just before the end are shown, and none twice."""
    shown = asyncio.Queue()
    async with Inbox() as inbox, showing(inbox, shown.put_nowait):
        await inbox.deliver(APPROVED)
        first = await shown.get()
        await inbox.deliver(ISSUED)

    assert first.status == "ENROLLREADY"
    assert shown.get_nowait().status == "ISSUED"
    assert shown.empty()


async def test_a_callback_that_cannot_be_shown_ends_the_block():
    """Where nobody reads on, nothing is taken in silence."""

    def show(event):
        raise BrokenPipeError

    async def listen():
        async with Inbox() as inbox, showing(inbox, show):
            await inbox.deliver(APPROVED)
            await asyncio.Event().wait()

    with pytest.raises(BrokenPipeError):
        await listen()


async def test_what_was_kept_before_is_not_shown():
    """A block shows what is kept while it runs, not what an inbox held before."""
    shown = []
    async with Inbox() as inbox:
        await inbox.deliver(APPROVED)
        async with showing(inbox, shown.append):
            await inbox.deliver(ISSUED)

    assert [event.status for event in shown] == ["ISSUED"]


class BrokenStore(MemoryStore):
    """Cannot be read now and then."""

    failures = 0

    async def history(self, key, after=0, limit=None):
        if self.failures:
            self.failures -= 1
            raise StoreError("inbox.db: it cannot be read")
        return await super().history(key, after, limit)


async def test_callbacks_are_shown_through_failures_of_the_store(monkeypatch, caplog):
    """A store that cannot be read is told, and what it holds is shown later."""
    monkeypatch.setattr(callbacks, "_TRY_AGAIN", 0)
    shown, store = asyncio.Queue(), BrokenStore()
    async with Inbox(store) as inbox, showing(inbox, shown.put_nowait):
        store.failures = 2
        await inbox.deliver(APPROVED)
        await inbox.deliver(ISSUED)
        statuses = [(await shown.get()).status for _ in range(2)]

    assert statuses == ["ENROLLREADY", "ISSUED"]
    assert (
        caplog.messages == ["callbacks are shown late: inbox.db: it cannot be read"] * 2
    )
