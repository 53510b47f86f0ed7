"""What others append to PostgreSQL: all of it, once, in order, through every outage."""

import asyncio
import logging
from contextlib import aclosing

import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for


def event(number, **more):
    return CallbackEvent(pk=7, status="CREATED", raw={"sent_at": number}, **more)


@pytest.fixture
async def other(open_postgres):
    return await open_postgres()


@pytest.fixture
async def follow():
    """A function that follows the changes of a store, and what it saw so far."""
    following = []

    async def run(store, seen):
        async with aclosing(store.changes()) as changes:
            async for change in changes:
                seen.append(change.sequence)
                seen.news.set()

    def begin(store):
        seen = Seen()
        following.append(asyncio.create_task(run(store, seen)))
        seen.task = following[-1]
        return seen

    yield begin
    for task in following:
        task.cancel()
    await asyncio.wait(following)


class Seen(list):
    """Sequence numbers, and a way to wait for more of them."""

    def __init__(self):
        super().__init__()
        self.news = asyncio.Event()

    async def reach(self, number):
        async with asyncio.timeout(15):
            while number not in self:
                self.news.clear()
                await self.news.wait()


async def kept(store, new):
    """Append an event as One-Shot would: again, if it was refused."""
    async with asyncio.timeout(15):
        while True:
            try:
                return await store.append(new)
            except StoreError:
                await asyncio.sleep(0.02)


async def test_what_others_append_is_seen_in_order(postgres_store, other, follow):
    """Appended by whom, and how many at a time, makes no difference."""
    seen = follow(postgres_store)

    await asyncio.gather(*(other.append(event(i)) for i in range(450)))
    await other.append(event("last"))

    await seen.reach(451)
    assert seen == list(range(1, 452))


async def test_own_events_are_no_news(postgres_store, other, follow):
    """What was appended through a store is not told by it, but by the other."""
    mine, theirs = follow(postgres_store), follow(other)

    await postgres_store.append(event(1))
    await other.append(event(2))
    await postgres_store.append(event(3))
    await other.append(event(4))

    await mine.reach(4)
    await theirs.reach(3)
    assert (mine, theirs) == ([2, 4], [1, 3])


async def test_news_begins_when_the_store_is_opened(open_postgres, other, follow):
    """What was there before is history; what comes before anybody looks is news."""
    await other.append(event(1))
    late = await open_postgres()
    await other.append(event(2))

    seen = follow(late)

    await seen.reach(2)
    assert seen == [2]


async def test_changes_end_when_the_store_is_closed(postgres_url, follow):
    """Who follows does not wait for ever."""
    store = store_for(postgres_url)
    await store.open()
    seen = follow(store)
    await asyncio.sleep(0)

    await store.close()

    async with asyncio.timeout(5):
        await seen.task


async def test_lost_listening_connection_loses_nothing(
    postgres_server, postgres_url, postgres_store, other, follow, caplog
):
    """What is appended while nobody listens is seen when somebody does again."""
    seen = follow(postgres_store)
    await other.append(event(1))
    await seen.reach(1)

    postgres_server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%'"
    )
    await other.append(event(2))

    await seen.reach(2)
    assert seen == [1, 2]
    assert {record.levelno for record in caplog.records} <= {logging.WARNING}


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_restart_of_the_server_loses_nothing(
    postgres_server, postgres_store, other, follow, caplog, how
):
    """The same stores work on when it is back; meanwhile appends fail at once."""
    seen = follow(postgres_store)
    await kept(other, event(1))
    await seen.reach(1)

    await asyncio.to_thread(getattr(postgres_server, how))
    async with asyncio.timeout(3):
        with pytest.raises(StoreError, match="PostgreSQL at 127"):
            await other.append(event(2))
        with pytest.raises(StoreError, match="PostgreSQL at 127"):
            await other.history(7)
    await asyncio.to_thread(postgres_server.start)

    assert await kept(other, event(2)) == 2
    await seen.reach(2)
    assert [one.sequence for one in await postgres_store.history(7)] == [1, 2]
    # One for each of the two stores.
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


async def test_appending_through_a_crash_loses_nothing(
    postgres_server, postgres_store, other, follow
):
    """What was acknowledged is there, and each event once, wherever the crash hits."""
    seen, mine = follow(postgres_store), follow(other)
    refused = []

    async def deliver(number):
        try:
            sequence = await other.append(event(number))
        except StoreError:
            refused.append(number)
        else:
            assert sequence is not None

    async def deliver_many():
        for number in range(300):
            await asyncio.gather(deliver((number, 0)), deliver((number, 1)))
            await asyncio.sleep(0.002)

    delivering = asyncio.create_task(deliver_many())
    await asyncio.sleep(0.2)
    await asyncio.to_thread(postgres_server.kill)
    await asyncio.to_thread(postgres_server.start)
    await delivering
    last = await kept(other, event("last"))

    await seen.reach(last)
    everything = await postgres_store.history(7)
    assert seen == [one.sequence for one in everything] == sorted(set(seen))
    told = [tuple(one.raw["sent_at"]) for one in everything[:-1]]
    in_doubt = set(told) & set(refused)
    assert set(told) | set(refused) == {(n, i) for n in range(300) for i in (0, 1)}
    # Those that were refused and kept all the same have woken nobody in `other` yet.
    for one in everything[:-1]:
        if tuple(one.raw["sent_at"]) in in_doubt:
            await mine.reach(one.sequence)
    assert len(mine) == len(in_doubt)


async def test_event_whose_sender_has_gone_is_told_here_too(
    postgres_store, other, follow
):
    """Who is cancelled cannot tell what was kept: so the store does."""
    seen = follow(postgres_store)
    appends = [asyncio.create_task(postgres_store.append(event(i))) for i in (1, 2)]
    await asyncio.sleep(0)
    appends[0].cancel()
    await asyncio.wait(appends)

    await other.append(event(3))

    await seen.reach(3)
    assert sorted(seen) == [1, 3]


async def test_event_that_was_kept_after_all_is_told_here_too(
    postgres_server, postgres_url, follow
):
    """An append that took too long may be carried out later, and wakes who waits."""
    store = store_for(postgres_url)
    store._database.longest = 1
    await store.open()
    seen = follow(store)
    postgres_server.sql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'",
        "CREATE TRIGGER slow AFTER INSERT ON oneshot_events"
        " FOR EACH ROW EXECUTE FUNCTION slow()",
        database=postgres_url.rpartition("/")[2],
    )

    with pytest.raises(StoreError, match="no answer in time"):
        await store.append(event(1))

    await seen.reach(1)
    assert await store.append(event(1)) is None
    await store.close()
    assert seen == [1]


async def test_outage_is_told_once_and_without_secrets(
    postgres_server, postgres_url, open_postgres, caplog
):
    """However long it takes: one warning, in which no password and no query is."""
    secret = postgres_url.replace("postgres@", "postgres:planted-secret@")
    await open_postgres(secret + "?application_name=planted")
    await asyncio.to_thread(postgres_server.stop)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(postgres_server.start)

    (record,) = caplog.records
    assert record.name == "oneshot_async.stores"
    assert "PostgreSQL at 127.0.0.1" in caplog.text
    assert "planted" not in caplog.text


async def test_correlations_come_with_the_news(postgres_store, other):
    """What is told is the whole event."""
    async with aclosing(postgres_store.changes()) as changes:
        await other.append(event(1, correlation=Correlation("first")))
        async with asyncio.timeout(10):
            found = await anext(changes)

    assert [found] == await other.history(7)
    assert found.correlation == "first"
    assert found.received_at is not None
