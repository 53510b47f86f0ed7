"""The store in PostgreSQL: what it does beyond the contract, with a real server."""

import asyncio
import logging
import sys
from datetime import UTC, datetime

import asyncpg
import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError, MissingExtraError, StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import postgres_listening, store_for
from oneshot_async.stores.postgres_database import Database
from oneshot_async.stores.postgres_schema import STEPS, prepare


def event(number, **more):
    return CallbackEvent(pk=7, status="CREATED", raw={"sent_at": number}, **more)


async def execute(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def eventually(found):
    """Wait, a few seconds at most, until something is found."""
    async with asyncio.timeout(10):
        while not (result := await found()):  # noqa: ASYNC110  # it happens elsewhere
            await asyncio.sleep(0.02)
    return result


async def test_both_names_of_the_scheme_are_known(postgres_url, open_postgres):
    """A URL may begin with postgres:// too."""
    store = await open_postgres(postgres_url.replace("postgresql", "postgres", 1))

    assert await store.append(event(1)) == 1


async def test_missing_extra_is_named(monkeypatch):
    """Without asyncpg, what to install is said."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    for name in [name for name in sys.modules if "stores.postgres" in name]:
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(MissingExtraError, match=r"PostgreSQL.*oneshot-async\[postgres"):
        store_for("postgresql://localhost/inbox")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
async def test_too_large_pk_fails_alone(postgres_store, number):
    """An event that cannot be kept does not take its batch with it."""
    too_large = CallbackEvent(pk=number, status="CREATED")

    kept, failed, last = await asyncio.gather(
        *map(store.append, [event(1), too_large, event(2)]), return_exceptions=True
    )

    assert (kept, last) == (1, 2)
    assert isinstance(failed, StoreError)


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 10_000, "é"])
async def test_impossible_correlation_fails_alone(postgres_store, text):
    """What no callback URL has in it is refused, wherever it is given."""
    odd = Correlation(text)

    kept, failed = await asyncio.gather(
        *map(store.append, [event(1), event(2, correlation=odd)]),
        return_exceptions=True,
    )

    assert kept == 1
    assert isinstance(failed, StoreError)
    for call in (store.history(odd), store.bind(odd, 1), store.bound(odd)):
        with pytest.raises(StoreError):
            await call


@pytest.mark.parametrize("reason", ["\0", "\ud800"])
async def test_impossible_reason_is_a_store_error(postgres_store, reason):
    """A text that PostgreSQL has no room for is told as an error of the store."""
    with pytest.raises(StoreError, match="none that PostgreSQL keeps"):
        await store.quarantine(b"body", reason, None)


async def test_waiting_for_something_impossible_does_not_stop_prune(postgres_store):
    """Keys that no event can have are no reason to keep any, or to fail."""
    await store.append(event(1))

    future = datetime(2100, 1, 1, tzinfo=UTC)
    assert await store.prune(future, [2**70, Correlation("\0"), 8]) == 1


async def test_long_history_is_whole(postgres_store):
    """What is read in pages is all there, in order and once."""
    await asyncio.gather(*(store.append(event(number)) for number in range(450)))

    everything = await store.history(None)

    assert [one.sequence for one in everything] == list(range(1, 451))
    assert len(await store.history(None, after=200)) == 250


async def test_long_quarantine_is_whole(postgres_store):
    """The same holds for what was put aside."""
    for _ in range(101):
        await store.quarantine(b"body", "reason", None)

    assert [one.number for one in await store.quarantined()] == list(range(1, 102))


async def test_stores_that_open_at_once_agree(open_postgres):
    """Of several processes that make the tables at the same time, none fails."""
    stores = await asyncio.gather(*(open_postgres() for _ in range(5)))

    numbers = await asyncio.gather(
        *(store.append(event(i)) for i, store in enumerate(stores))
    )

    assert sorted(numbers) == [1, 2, 3, 4, 5]


async def test_duplicates_of_several_stores_are_kept_once(open_postgres):
    """Of the same events that come to several processes, each is kept by one."""
    stores = [await open_postgres() for _ in range(3)]

    kept = await asyncio.gather(
        *(store.append(event(i)) for i in range(100) for store in stores)
    )

    assert len([number for number in kept if number]) == 100
    assert len(await stores[0].history(None)) == 100


async def test_tables_of_another_schema_are_not_touched(postgres_url, open_postgres, postgres_store):
    """The tables are those of the connection's current schema."""
    await store.append(event(1))
    await execute(postgres_url, "CREATE SCHEMA other")

    other = await open_postgres(f"{postgres_url}?search_path=other,public")

    assert await other.append(event(1)) == 1
    assert len(await store.history(None)) == 1


async def test_newer_tables_are_refused(postgres_url, postgres_store):
    """Tables that a later version of the package has made are left alone."""
    await execute(postgres_url, "UPDATE oneshot_store SET version = 99")

    with pytest.raises(StoreError, match=r"inbox_\d+.*version 99.*upgrade"):
        await store_for(postgres_url).open()


async def test_older_tables_are_brought_up_to_date(postgres_url, postgres_store):
    """Only the missing steps are taken, and a step that fails leaves all as it was."""
    database = Database(postgres_url)
    await database.open()
    further = "ALTER TABLE oneshot_events ADD COLUMN more text;"
    steps = [*STEPS, further]

    with pytest.raises(StoreError):
        async with database.connection() as connection:
            await prepare(connection, [*steps, "nonsense"])
    for _ in range(2):
        async with database.connection() as connection:
            await prepare(connection, steps)
    await database.close()

    (row,) = await execute(postgres_url, "SELECT version FROM oneshot_store")
    assert row["version"] == 2
    await execute(postgres_url, "SELECT more FROM oneshot_events")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("/inbox_", "/missing_"), "no such database"),
        (("postgres@", "stranger:planted-secret@"), "user or password is refused"),
        (("/inbox_", "/inbox_?sslmode=odd&x="), "URL or an environment variable"),
    ],
)
async def test_what_hinders_it_is_said(postgres_url, change, reason):
    """An error names the server and what is wrong, and neither password nor query."""
    store = store_for(postgres_url.replace(*change))

    with pytest.raises(StoreError, match=reason) as caught:
        await store.open()

    assert "127.0.0.1" in str(caught.value)
    assert "planted-secret" not in str(caught.value)
    assert "sslmode" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("port", ["odd", "77777"])
async def test_odd_port_is_an_error_of_the_store(port):
    """What only asyncpg can tell of a URL is told without its words."""
    store = store_for(f"postgresql://someone@/inbox?host=127.0.0.1&port={port}")

    with pytest.raises(StoreError, match=r"127\.0\.0\.1, database 'inbox'") as caught:
        await store.open()

    assert port not in str(caught.value)


async def test_what_is_not_granted_is_said(postgres_server, postgres_url):
    """A user who may not make tables is told so."""
    postgres_server.sql("CREATE ROLE guest LOGIN PASSWORD 'planted-secret'")

    with pytest.raises(StoreError, match="may not do this") as caught:
        await store_for(
            postgres_url.replace("postgres@", "guest:planted-secret@")
        ).open()

    assert "planted-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:pass@word@host/inbox",
        "postgresql://user:pass/word@host/inbox",
        "postgresql://user:pass#word@host/inbox",
        "postgresql://user:pass?word@host/inbox",
        "postgresql://user:word@[host/inbox",
        "postgresql://user:12/word@host/inbox",
        "postgresql://user:word/inbox",
        "postgresql://host:77777/inbox",
    ],
)
def test_password_that_is_not_encoded_is_refused(url):
    """It would be taken for another part of the URL, and shown."""
    with pytest.raises(InvalidInputError, match="percent-encode") as caught:
        store_for(url)

    assert "word@" not in str(caught.value).replace("password@", "")


async def test_lost_tables_are_told(postgres_url, postgres_store):
    """Whatever happens to the tables, the error is one of the store."""
    await execute(postgres_url, "DROP TABLE oneshot_events")

    with pytest.raises(StoreError, match="tables are gone"):
        await store.append(event(1))


async def test_store_that_is_not_open_says_so(postgres_url):
    """Before it is open_postgres and after it is closed nothing can be done."""
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


async def connections(url):
    name = url.rpartition("/")[2]
    others = "pid <> pg_backend_pid()"
    query = f"SELECT pid, state FROM pg_stat_activity WHERE datname = '{name}' AND "  # noqa: S608  # a name of ours
    return await execute(url, query + others)


async def test_nothing_is_left_behind(postgres_url):
    """A store that is closed has no connections."""
    store = store_for(postgres_url)
    await store.open()
    await store.append(event(1))
    await store.close()

    async def none_left():
        return not await connections(postgres_url)

    assert await eventually(none_left)


async def test_cancelled_calls_leave_nothing_under_way(postgres_url, postgres_store):
    """No connection is lost to the pool, and no transaction stays open."""
    for moment in range(60):
        call = asyncio.create_task(
            store.bind(Correlation(f"c{moment}"), 1)
            if moment % 2
            else store.prune(datetime.now(UTC), [])
        )
        for _ in range(moment // 4):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])

    # As many at once as there are connections in the pool, and more.
    assert await asyncio.gather(*(store.history(1) for _ in range(10))) == [[]] * 10

    async def all_idle():
        return {row["state"] for row in await connections(postgres_url)} == {"idle"}

    assert await eventually(all_idle)


async def test_unreadable_event_is_passed_over(postgres_url, postgres_store, open_postgres, caplog):
    """What something else wrote is told in the log and does not stop the others."""
    changes = store.changes()
    other = await open_postgres()
    await other.append(event(1))
    await execute(postgres_url, "UPDATE oneshot_events SET event = 'planted'")
    await other.append(event(2))

    async with asyncio.timeout(10):
        assert (await anext(changes)).sequence == 2
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "event 1 is passed over" in caplog.text
    assert "planted" not in caplog.text
    await changes.aclose()


async def test_lost_notification_costs_time_only(postgres_store, postgres_url, monkeypatch):
    """What nobody is notified of is found all the same, when it is time to look."""
    monkeypatch.setattr("oneshot_async.stores.postgres.INTERVAL", 0.05)
    changes = store.changes()
    statement = """
    INSERT INTO oneshot_events VALUES
        (1, 'key', 7, NULL, 'other', now(), '{"status": "CREATED", "pk": 7}');
    UPDATE oneshot_store SET last_sequence = 1
    """
    found = asyncio.create_task(anext(changes))
    await asyncio.sleep(0.1)
    for one in statement.split(";"):
        await execute(postgres_url, one)

    async with asyncio.timeout(10):
        assert (await found).sequence == 1
    await changes.aclose()


def test_interval_is_some_tens_of_seconds():
    """So a dead connection is noticed within a minute."""
    assert 10 <= postgres_listening.INTERVAL <= 50
