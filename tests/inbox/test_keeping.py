"""What an inbox forgets, puts aside, and hears from elsewhere."""

import asyncio
from datetime import timedelta

import attrs
import pytest

from oneshot_async import Correlation, Inbox
from oneshot_async.errors import InboxClosedError, InvalidInputError, StoreError
from oneshot_async.stores import MemoryStore

NOW = timedelta(microseconds=1)
C1 = Correlation("first")


async def test_prune_forgets_by_age(inbox, event):
    """What is older than the age goes; what is younger stays."""
    await inbox.deliver(event(pk=7))

    assert await inbox.prune(timedelta(hours=1)) == 0
    assert await inbox.prune(NOW) == 1
    assert await inbox.history() == []


@pytest.mark.parametrize("store", ["memory:", "sqlite:///{}/a.db"])
async def test_age_beyond_all_time_forgets_nothing(store, tmp_path, event):
    """An age that leads before the calendar is older than anything."""
    async with Inbox(store.format(tmp_path)) as inbox:
        await inbox.deliver(event())

        assert await inbox.prune(timedelta.max) == 0


@pytest.mark.parametrize(
    "age", [timedelta(0), timedelta(days=-1), timedelta.min, 90, None]
)
async def test_age_that_would_forget_everything_is_refused(inbox, event, age):
    """What lies ahead, or is no length of time, is no age; nothing is forgotten."""
    await inbox.deliver(event())

    with pytest.raises(InvalidInputError, match="age: give"):
        await inbox.prune(age)

    assert len(await inbox.history()) == 1


async def test_prune_spares_who_waits(inbox, event, waiting):
    """The events of a request that somebody waits for stay."""
    await inbox.bind(C1, 7)
    await inbox.deliver(event(pk=7))
    await inbox.deliver(event(pk=8))
    task = await waiting(C1, {"ISSUED"})

    assert await inbox.prune(NOW) == 1
    assert [kept.pk for kept in await inbox.history()] == [7]

    await inbox.deliver(event("ISSUED", pk=7, correlation=C1))
    assert (await task).status == "ISSUED"


async def test_quarantine_is_listed_and_released(inbox):
    """What was put aside is listed until it is released."""
    await inbox.quarantine(b"body", "reason", C1)
    (aside,) = await inbox.quarantined()

    assert (aside.body, aside.reason, aside.correlation) == (b"body", "reason", C1)
    assert await inbox.quarantined(after=aside.number) == []
    await inbox.release(aside.number)
    assert await inbox.quarantined() == []


async def test_inbox_is_not_entered_twice(inbox):
    """Who enters an open inbox is refused, and its owner goes on with it."""
    with pytest.raises(InvalidInputError, match="open already"):
        async with inbox:
            pass

    assert await inbox.last() == 0


@pytest.mark.parametrize(
    "use",
    [
        lambda inbox: inbox.prune(NOW),
        lambda inbox: inbox.quarantined(),
        lambda inbox: inbox.release(1),
    ],
)
async def test_closed_inbox_says_so(use):
    """An inbox that is not open can neither list nor forget."""
    with pytest.raises(InboxClosedError):
        await use(Inbox())


class FarStore(MemoryStore):
    """A store that others append to: what is put into `arrived` came elsewhere."""

    def __init__(self):
        super().__init__()
        self.arrived = asyncio.Queue()
        self.broken = False

    async def changes(self):
        while (event := await self.arrived.get()) is not None:
            sequence = await self.append(event)
            yield attrs.evolve(event, sequence=sequence)
        raise StoreError("the database is gone")

    async def bound(self, correlation):
        if self.broken:
            raise StoreError("the database is away")
        return await super().bound(correlation)


@pytest.fixture
async def far():
    return FarStore()


async def test_arrival_elsewhere_wakes_who_waits_here(far, event):
    """An event that another process keeps ends a wait in this one."""
    async with Inbox(far) as inbox, asyncio.timeout(5):
        far.arrived.put_nowait(event("CREATED"))
        far.arrived.put_nowait(event("ISSUED"))

        found = await inbox.wait(7, {"ISSUED"})

    assert (found.status, found.sequence) == ("ISSUED", 2)


async def test_nameless_arrival_finds_its_request(far, event):
    """A callback without a pk wakes who waits for the pk its correlation has."""
    async with Inbox(far) as inbox, asyncio.timeout(5):
        await inbox.bind(C1, 7)
        far.arrived.put_nowait(event("ISSUED", pk=None, correlation=C1))

        found = await inbox.wait(7)

    assert found.pk == 7


async def test_unattributed_arrival_stops_nothing(far, event):
    """What cannot be attributed for the moment keeps nobody from the next event."""
    async with Inbox(far) as inbox, asyncio.timeout(5):
        far.broken = True
        far.arrived.put_nowait(event("ISSUED", pk=None, correlation=C1))
        far.arrived.put_nowait(event("ISSUED", pk=8))

        found = await inbox.wait(8)

    assert found.pk == 8


async def test_end_of_the_news_is_told(far, event, settle, caplog):
    """If nothing is heard from elsewhere any more, the log says so; waiting goes on."""
    async with Inbox(far) as inbox, asyncio.timeout(5):
        far.arrived.put_nowait(None)
        await settle()
        await inbox.deliver(event("ISSUED"))

        assert (await inbox.wait(7)).status == "ISSUED"

    assert "the database is gone" in caplog.text


async def test_close_ends_the_following(far, settle):
    """An inbox that is closed listens to nobody any more."""
    before = asyncio.all_tasks()
    async with Inbox(far):
        await settle()

    assert asyncio.all_tasks() == before


class CommittedInVain(MemoryStore):
    """A store whose first append is kept, and told to have failed."""

    async def append(self, event):
        number = await super().append(event)
        if number == 1:
            raise StoreError("the connection was lost before the answer")
        return number


@pytest.mark.parametrize("named", [True, False])
async def test_redelivery_wakes_for_what_nobody_was_told_of(event, settle, named):
    """An event that was kept in vain wakes who waits when it comes again."""
    arrived = event("ISSUED", pk=7 if named else None, correlation=C1)
    async with Inbox(CommittedInVain()) as inbox, asyncio.timeout(5):
        await inbox.bind(C1, 7)
        waiting = asyncio.create_task(inbox.wait(7))
        await settle()
        with pytest.raises(StoreError):
            await inbox.deliver(arrived)
        await settle()
        assert not waiting.done()

        assert await inbox.deliver(arrived) is False
        assert (await waiting).pk == 7
