"""The store in PostgreSQL: how it is opened, and why it may not be."""

import asyncio
import sys

import pytest

from oneshot_async.errors import InvalidInputError, MissingExtraError, StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for
from oneshot_async.stores.postgres.database import Database
from oneshot_async.stores.postgres.schema import STEPS, prepare


def event(number):
    return CallbackEvent(pk=7, status="CREATED", raw={"sent_at": number})


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


async def test_stores_that_open_at_once_agree(open_postgres):
    """Of several processes that make the tables at the same time, none fails."""
    stores = await asyncio.gather(*(open_postgres() for _ in range(5)))

    numbers = await asyncio.gather(
        *(store.append(event(i)) for i, store in enumerate(stores))
    )

    assert sorted(numbers) == [1, 2, 3, 4, 5]


async def test_tables_of_another_schema_are_not_touched(
    execute, postgres_url, open_postgres, postgres_store
):
    """The tables are those of the connection's current schema."""
    await postgres_store.append(event(1))
    await execute("CREATE SCHEMA other")

    other = await open_postgres(f"{postgres_url}?search_path=other,public")

    assert await other.append(event(1)) == 1
    assert len(await postgres_store.history(None)) == 1


async def test_newer_tables_are_refused(execute, postgres_url, postgres_store):
    """Tables that a later version of the package has made are left alone."""
    await execute("UPDATE oneshot_store SET version = 99")

    with pytest.raises(StoreError, match=r"inbox_\d+.*version 99.*upgrade"):
        await store_for(postgres_url).open()


async def test_older_tables_are_brought_up_to_date(
    execute, postgres_url, postgres_store
):
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

    (row,) = await execute("SELECT version FROM oneshot_store")
    assert row["version"] == 2
    await execute("SELECT more FROM oneshot_events")


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
