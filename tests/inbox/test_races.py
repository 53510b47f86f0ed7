"""Waits, deliveries, cancellations and closes that come close together."""

import asyncio

import pytest

from oneshot_async import Correlation, Inbox
from oneshot_async.errors import InboxClosedError
from oneshot_async.stores import MemoryStore

C = Correlation("correlation")


async def test_duplicate_is_told_and_wakes_nobody(inbox, event, waiting, settle):
    """A second delivery is False, is counted, and is no event."""
    same = event("ENROLLREADY")
    first, second = await inbox.deliver(same), await inbox.deliver(same)
    task = await waiting(7, {"ENROLLREADY"}, after=1)
    await settle()

    assert (first, second) == (True, False)
    assert (inbox.statistics().delivered, inbox.statistics().duplicates) == (1, 1)
    assert not task.done()
    task.cancel()


async def test_duplicate_before_the_task_wakes_does_no_harm(inbox, event, waiting):
    """Two deliveries between two steps of the loop end one wait once."""
    task = await waiting(7, {"ISSUED"})
    same = event("ISSUED")
    await inbox.deliver(same)
    await inbox.deliver(same)
    await inbox.deliver(event("ISSUED"))

    assert (await task).sequence == 1


async def test_event_for_a_task_just_cancelled_does_no_harm(inbox, event, waiting):
    """A delivery to a wait that is being cancelled is kept and raises nothing."""
    task = await waiting(7, {"ISSUED"})
    task.cancel()
    kept = await inbox.deliver(event("ISSUED"))
    await asyncio.wait([task])

    assert kept
    assert task.cancelled()
    assert inbox.statistics().waiting == 0


async def test_cancellation_after_the_event_is_not_swallowed(inbox, event, waiting):
    """A task that is cancelled when its event has just come is cancelled."""
    task = await waiting(7, {"ISSUED"})
    await inbox.deliver(event("ISSUED"))
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()


async def test_time_out_leaves_nothing(inbox):
    """A wait whose time is up is gone."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await inbox.wait(7)

    assert inbox.statistics().waiting == 0


async def test_close_ends_waits_with_an_error(inbox, waiting):
    """Who waits while the inbox closes gets `InboxClosedError`, not a cancellation."""
    tasks = [await waiting(7), await waiting(C), await waiting(8, lambda _: True)]
    await inbox.close()
    ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(end) for end in ends] == [InboxClosedError] * 3
    assert inbox.statistics().waiting == 0


async def test_close_twice_is_close(inbox):
    """Closing again does nothing."""
    await inbox.close()

    assert await inbox.close() is None


async def test_event_that_came_before_the_close_is_returned(inbox, event, waiting):
    """A wait that has its event is not robbed of it by a close."""
    task = await waiting(7, {"ISSUED"})
    await inbox.deliver(event("ISSUED"))
    await inbox.close()

    assert (await task).status == "ISSUED"


@pytest.mark.parametrize(
    "use",
    [
        lambda inbox, event: inbox.deliver(event()),
        lambda inbox, event: inbox.wait(7),
        lambda inbox, event: inbox.bind(C, 7),
        lambda inbox, event: inbox.quarantine(b"", ""),
        lambda inbox, event: anext(inbox.events(7)),
    ],
    ids=["deliver", "wait", "bind", "quarantine", "events"],
)
@pytest.mark.parametrize("closed", [True, False])
async def test_inbox_that_is_not_open_says_so(use, closed, event):
    """Before it is opened, and after it is closed, an inbox can do nothing."""
    inbox = Inbox()
    if closed:
        async with inbox:
            pass

    with pytest.raises(InboxClosedError, match="async with"):
        await use(inbox, event)


async def test_kept_event_is_seen_though_a_later_one_overtakes_it(
    event, settle, slow_store
):
    """What was kept before the wait began is offered though the ending came since."""
    async with Inbox(slow_store) as inbox:
        await inbox.deliver(event("ENROLLREADY"))
        wait = inbox.wait(7, lambda found: found.status == "ENROLLREADY")
        task = asyncio.create_task(wait)
        await settle()
        await inbox.deliver(event("ISSUED"))
        slow_store.let.set()
        await settle()

        assert (await task).status == "ENROLLREADY"


async def test_event_during_the_look_at_the_past_is_seen(event, settle, slow_store):
    """An event that arrives between looking and waiting is not missed."""
    async with Inbox(slow_store) as inbox:
        task = asyncio.create_task(inbox.wait(7, {"ISSUED"}))
        await settle()
        await inbox.deliver(event("ISSUED"))
        slow_store.let.set()

        assert (await task).status == "ISSUED"


async def test_close_during_the_look_at_the_past_ends_the_wait(settle, slow_store):
    """A wait that is still looking when the inbox closes ends like the others."""
    async with Inbox(slow_store) as inbox:
        task = asyncio.create_task(inbox.wait(7))
        await settle()
        await inbox.close()
        slow_store.let.set()

        with pytest.raises(InboxClosedError):
            await task


class ThoroughStore(MemoryStore):
    """Does one thing at a time, in their order, each of which takes a while."""

    def __init__(self):
        super().__init__()
        self.looks = 0
        self._turn = asyncio.Lock()

    async def history(self, key, after=0, limit=None):
        async with self._turn:
            await asyncio.sleep(0)
            self.looks += 1
            return await super().history(key, after, limit)

    async def append(self, event):
        async with self._turn:
            return await super().append(event)


async def test_delivery_does_not_queue_behind_a_thousand_looks(event, settle):
    """When very many begin to wait at once, what comes meanwhile is kept soon."""
    store = ThoroughStore()
    async with Inbox(store) as inbox:
        tasks = [asyncio.create_task(inbox.wait(7)) for _ in range(1000)]
        await settle()
        await inbox.deliver(event("ISSUED"))
        looks = store.looks
        found = {(await task).sequence for task in tasks}

    assert looks < 50
    assert (found, store.looks) == ({1}, 1000)
