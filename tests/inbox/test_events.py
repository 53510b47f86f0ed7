"""Every event of a request: what is kept, then what comes."""

import asyncio

import pytest

from oneshot_async import Correlation, Inbox
from oneshot_async.errors import InboxClosedError
from oneshot_async.stores import MemoryStore

C = Correlation("correlation")


@pytest.fixture
def collecting(inbox, settle):
    """A function that collects events by and by, and returns the list and its task."""

    async def begin(key, **options):
        found = []

        async def collect():
            events = inbox.events(key, **options)
            while True:
                found.append((await anext(events)).sequence)

        task = asyncio.create_task(collect())
        await settle()
        return found, task

    return begin


async def test_kept_events_come_first_then_live_ones(inbox, event, collecting, settle):
    """History is followed by live events, in the order of arrival."""
    await inbox.deliver(event())
    await inbox.deliver(event())
    found, task = await collecting(7)
    past = list(found)
    await inbox.deliver(event())
    await settle()

    assert (past, found) == ([1, 2], [1, 2, 3])
    task.cancel()


async def test_late_and_repeated_statuses_are_events_too(
    inbox, event, collecting, settle
):
    """Events are all that came, late ones after a terminal status included."""
    found, task = await collecting(7)
    for status in ("ISSUED", "CREATED", "ISSUED", "CREATED"):
        await inbox.deliver(event(status))
    await settle()

    assert found == [1, 2, 3, 4]
    task.cancel()


async def test_events_of_all_requests(inbox, event, collecting, settle):
    """Under no key, events are those of every request, kept and live."""
    await inbox.deliver(event(pk=7))
    found, task = await collecting(None)
    await inbox.deliver(event(pk=8, correlation=C))
    await settle()

    assert found == [1, 2]
    task.cancel()


async def test_history_is_what_is_kept(inbox, event):
    """What is kept of a request, or of all, may be looked at without a wait."""
    await inbox.deliver(event(pk=7))
    await inbox.deliver(event(pk=8))

    assert [found.pk for found in await inbox.history(8)] == [8]
    assert [found.pk for found in await inbox.history(after=0)] == [7, 8]


async def test_events_may_begin_after_a_number(inbox, event, collecting, settle):
    """Who has seen some events goes on behind them."""
    for _ in range(3):
        await inbox.deliver(event())
    found, task = await collecting(7, after=2)
    await inbox.deliver(event())
    await settle()

    assert found == [3, 4]
    task.cancel()


async def test_burst_is_complete(inbox, event, collecting, settle):
    """Events that arrive while earlier ones are being looked at are not lost."""
    found, task = await collecting(7)
    for number in range(1, 101):
        await inbox.deliver(event())
        if number % 7 == 0:
            await asyncio.sleep(0)
    await settle()

    assert found == list(range(1, 101))
    task.cancel()


async def test_binding_brings_nameless_events_once(inbox, event, collecting, settle):
    """Events without a pk come when they are bound, and binding again repeats none."""
    found, task = await collecting(7)
    await inbox.deliver(event(pk=None, correlation=C))
    await inbox.bind(C, 7)
    await inbox.bind(C, 7)
    await settle()

    assert found == [1]
    task.cancel()


async def test_close_ends_the_iteration_with_an_error(inbox, collecting):
    """Who iterates while the inbox closes gets `InboxClosedError`."""
    _, task = await collecting(7)
    await inbox.close()

    with pytest.raises(InboxClosedError):
        await task


async def test_ended_iteration_leaves_nothing(inbox, event):
    """Who stops iterating is not waited on any more."""
    await inbox.deliver(event())
    iteration = inbox.events(7)
    await anext(iteration)
    await iteration.aclose()

    assert inbox.statistics().waiting == 0


class RacingStore(MemoryStore):
    """Appends one more event at the moment in which history has been read."""

    def __init__(self, racing):
        super().__init__()
        self.racing = racing
        self.inbox = None

    async def history(self, key, after=0, limit=None):
        found = await super().history(key, after, limit)
        if self.racing:
            await self.inbox.deliver(self.racing.pop())
        return found


async def test_no_event_is_lost_or_doubled_between_history_and_live(event):
    """An event that comes while history is read comes once."""
    store = RacingStore([event(), event()])
    async with Inbox(store) as inbox:
        store.inbox = inbox
        await inbox.deliver(event())
        iteration = inbox.events(7)
        found = [(await anext(iteration)).sequence for _ in range(3)]
        await iteration.aclose()

    assert found == [1, 2, 3]
