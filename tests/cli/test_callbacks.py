"""Callbacks are shown as they are kept, none is left out."""

import asyncio

import pytest

from oneshot_async.cli.callbacks import showing
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk, RequestStatus

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
