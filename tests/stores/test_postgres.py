"""The store in PostgreSQL: what it does beyond the contract, with a real server."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for
from oneshot_async.stores.postgres import listening


def event(number, **more):
    return CallbackEvent(pk=7, status="CREATED", raw={"sent_at": number}, **more)


async def eventually(found):
    """Wait, a few seconds at most, until something is found."""
    async with asyncio.timeout(10):
        while not (result := await found()):  # noqa: ASYNC110  # it happens elsewhere
            await asyncio.sleep(0.02)
    return result


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
async def test_too_large_pk_fails_alone(postgres_store, number):
    """An event that cannot be kept does not take its batch with it."""
    too_large = CallbackEvent(pk=number, status="CREATED")

    kept, failed, last = await asyncio.gather(
        *map(postgres_store.append, [event(1), too_large, event(2)]),
        return_exceptions=True,
    )

    assert (kept, last) == (1, 2)
    assert isinstance(failed, StoreError)


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 10_000, "é"])
async def test_impossible_correlation_fails_alone(postgres_store, text):
    """What no callback URL has in it is refused, wherever it is given."""
    odd = Correlation(text)

    kept, failed = await asyncio.gather(
        *map(postgres_store.append, [event(1), event(2, correlation=odd)]),
        return_exceptions=True,
    )

    assert kept == 1
    assert isinstance(failed, StoreError)
    for call in (
        postgres_store.history(odd),
        postgres_store.bind(odd, 1),
        postgres_store.bound(odd),
    ):
        with pytest.raises(StoreError):
            await call


@pytest.mark.parametrize("reason", ["\0", "\ud800"])
async def test_impossible_reason_is_a_store_error(postgres_store, reason):
    """A text that PostgreSQL has no room for is told as an error of the store."""
    with pytest.raises(StoreError, match="none that PostgreSQL keeps"):
        await postgres_store.quarantine(b"body", reason, None)


async def test_waiting_for_something_impossible_does_not_stop_prune(postgres_store):
    """Keys that no event can have are no reason to keep any, or to fail."""
    await postgres_store.append(event(1))

    future = datetime(2100, 1, 1, tzinfo=UTC)
    assert await postgres_store.prune(future, [2**70, Correlation("\0"), 8]) == 1


async def test_long_history_is_whole(postgres_store):
    """What is read in pages is all there, in order and once."""
    await asyncio.gather(
        *(postgres_store.append(event(number)) for number in range(450))
    )

    everything = await postgres_store.history(None)

    assert [one.sequence for one in everything] == list(range(1, 451))
    assert len(await postgres_store.history(None, after=200)) == 250


async def test_long_quarantine_is_whole(postgres_store):
    """The same holds for what was put aside."""
    for _ in range(101):
        await postgres_store.quarantine(b"body", "reason", None)

    assert [one.number for one in await postgres_store.quarantined()] == list(
        range(1, 102)
    )


async def test_duplicates_of_several_stores_are_kept_once(open_postgres):
    """Of the same events that come to several processes, each is kept by one."""
    stores = [await open_postgres() for _ in range(3)]

    kept = await asyncio.gather(
        *(store.append(event(i)) for i in range(100) for store in stores)
    )

    assert len([number for number in kept if number]) == 100
    assert len(await stores[0].history(None)) == 100


async def test_lost_tables_are_told(execute, postgres_store):
    """Whatever happens to the tables, the error is one of the store."""
    await execute("DROP TABLE oneshot_events")

    with pytest.raises(StoreError, match="tables are gone"):
        await postgres_store.append(event(1))


async def test_store_that_is_not_open_says_so(postgres_url):
    """Before it is opened and after it is closed nothing can be done."""
    store = store_for(postgres_url)
    with pytest.raises(StoreError, match="not open"):
        await store.append(event(1))
    await store.open()
    await store.close()

    with pytest.raises(StoreError):
        await store.append(event(1))


async def test_what_is_being_written_at_the_end_is_written(postgres_url, open_postgres):
    """Closing waits for the appends that have begun."""
    store = store_for(postgres_url)
    await store.open()
    appends = [asyncio.create_task(store.append(event(i))) for i in range(20)]
    await asyncio.sleep(0)

    await store.close()

    assert await asyncio.gather(*appends) == list(range(1, 21))
    assert len(await (await open_postgres()).history(None)) == 20


@pytest.fixture
def connections(execute, postgres_url):
    """A function that returns the other connections to the database."""
    query = "SELECT pid, state FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    name = postgres_url.rpartition("/")[2]
    return lambda: execute(f"{query} AND datname = '{name}'")


async def test_nothing_is_left_behind(connections, postgres_url):
    """A store that is closed has no connections."""
    store = store_for(postgres_url)
    await store.open()
    await store.append(event(1))
    await store.close()

    async def none_left():
        return not await connections()

    assert await eventually(none_left)


async def test_cancelled_calls_leave_nothing_under_way(connections, postgres_store):
    """No connection is lost to the pool, and no transaction stays open."""
    for moment in range(60):
        call = asyncio.create_task(
            postgres_store.bind(Correlation(f"c{moment}"), 1)
            if moment % 2
            else postgres_store.prune(datetime.now(UTC), [])
        )
        for _ in range(moment // 4):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])

    # As many at once as there are connections in the pool, and more.
    assert (
        await asyncio.gather(*(postgres_store.history(1) for _ in range(10)))
        == [[]] * 10
    )

    async def all_idle():
        return {row["state"] for row in await connections()} == {"idle"}

    assert await eventually(all_idle)


async def test_unreadable_event_is_passed_over(
    execute, postgres_store, open_postgres, caplog
):
    """What something else wrote is told in the log and does not stop the others."""
    changes = postgres_store.changes()
    other = await open_postgres()
    await other.append(event(1))
    await execute("UPDATE oneshot_events SET event = 'planted'")
    await other.append(event(2))

    async with asyncio.timeout(10):
        assert (await anext(changes)).sequence == 2
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "event 1 is passed over" in caplog.text
    assert "planted" not in caplog.text
    await changes.aclose()


async def test_lost_notification_costs_time_only(execute, postgres_store, monkeypatch):
    """What nobody is notified of is found all the same, when it is time to look."""
    monkeypatch.setattr("oneshot_async.stores.postgres.news.INTERVAL", 0.05)
    changes = postgres_store.changes()
    statement = """
    INSERT INTO oneshot_events VALUES
        (1, 'key', 7, NULL, 'other', now(), '{"status": "CREATED", "pk": 7}');
    UPDATE oneshot_store SET last_sequence = 1
    """
    found = asyncio.create_task(anext(changes))
    await asyncio.sleep(0.1)
    for one in statement.split(";"):
        await execute(one)

    async with asyncio.timeout(10):
        assert (await found).sequence == 1
    await changes.aclose()


def test_interval_is_some_tens_of_seconds():
    """So a dead connection is noticed within a minute."""
    assert 10 <= listening.INTERVAL <= 50
