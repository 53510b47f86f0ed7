"""/healthz and /readyz: for who decides whether callbacks are to be sent here."""

import asyncio
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

import aiohttp
import pytest

from oneshot_async import Inbox
from oneshot_async.errors import StoreError
from oneshot_async.receiver import Receiver, create_app, readiness
from oneshot_async.receiver.readiness import Readiness
from oneshot_async.stores import MemoryStore
from oneshot_async.stores.sqlite import database

SECRET = "a-secret-of-a-receiver"


class MoodyStore(MemoryStore):
    """Answers as it is told, and counts how often it is asked."""

    def __init__(self):
        super().__init__()
        self.asked = 0
        self.fails = self.hangs = False

    async def release(self, number):
        self.asked += 1
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        if self.fails:
            raise StoreError("the disk is full")
        await super().release(number)


@pytest.fixture
def store():
    return MoodyStore()


@pytest.fixture
async def healthy(serve, inbox, urls):
    return await serve(inbox, urls, health=True)


@pytest.fixture
def always_anew(monkeypatch):
    monkeypatch.setattr(readiness, "_AGE_SECONDS", 0)


async def status(client, path, method="GET"):
    async with client.request(method, path) as answer:
        assert await answer.read() == b""
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        return answer.status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_served_and_open_is_healthy(healthy, prefix, path, method):
    """While the inbox answers, both say so, and nothing else."""
    assert await status(healthy, prefix + path, method) == 200


async def test_mounted_it_is_asked_for(client, prefix):
    """A service of one's own has such paths of its own, unless it asks for these."""
    for path in ("/healthz", "/readyz"):
        assert await status(client, prefix + path) == 404


async def test_health_is_only_looked_at(healthy, prefix):
    """There is nothing to be posted there."""
    assert await status(healthy, f"{prefix}/readyz", "POST") == 404


@pytest.mark.usefixtures("always_anew")
async def test_not_ready_while_the_store_fails(healthy, prefix, store, caplog):
    """A store that fails makes it not ready, no less alive, and is told of once."""
    store.fails = True
    assert [await status(healthy, f"{prefix}/readyz") for _ in range(3)] == [503] * 3
    assert await status(healthy, f"{prefix}/healthz") == 200
    store.fails = False
    assert await status(healthy, f"{prefix}/readyz") == 200

    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "the store can be written no more",
        "the store can be written again",
    ]


@pytest.mark.usefixtures("always_anew")
async def test_not_ready_while_the_store_hangs(healthy, prefix, store, monkeypatch):
    """A store that does not answer is not waited for."""
    monkeypatch.setattr(readiness, "_PATIENCE_SECONDS", 0.01)
    store.hangs = True

    assert await status(healthy, f"{prefix}/readyz") == 503


async def test_not_ready_while_another_program_locks_the_file(tmp_path, monkeypatch):
    """A file that can be read and not be written keeps no callbacks."""
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    file = tmp_path / "inbox.db"
    async with Inbox(f"sqlite:///{file}") as inbox:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await Readiness(inbox).status() == 503
            other.execute("ROLLBACK")
            assert await Readiness(inbox).status() == 200


async def test_not_ready_while_the_database_only_reads(postgres_server, postgres_url):
    """A server that only reads, as a standby does, keeps no callbacks."""
    async with Inbox(postgres_url):
        pass  # the tables are there
    name = urlsplit(postgres_url).path.strip("/")
    postgres_server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    async with Inbox(postgres_url) as inbox:
        assert await Readiness(inbox).status() == 503


async def test_not_ready_without_an_inbox(healthy, prefix, inbox):
    """An inbox that is closed keeps nothing."""
    await inbox.close()

    assert await status(healthy, f"{prefix}/readyz") == 503


async def test_store_is_asked_once_however_many_ask(healthy, prefix, store):
    """A crowd that asks does not reach the store."""
    asking = [status(healthy, f"{prefix}/readyz") for _ in range(50)]
    assert set(await asyncio.gather(*asking)) == {200}

    assert store.asked == 1


async def asked(receiver):
    async with aiohttp.ClientSession(receiver.url) as session:
        return [await status(session, path) for path in ("/healthz", "/readyz")]


async def test_receiver_of_its_own_has_them(receiver):
    """The standalone receiver serves both by itself."""
    assert await asked(receiver) == [200, 200]


async def test_receiver_may_do_without(inbox):
    """Told so, it serves callbacks only."""
    async with Receiver(inbox, secrets=[SECRET], health=False) as receiver:
        assert await asked(receiver) == [404, 404]


async def test_draining_receiver_is_not_ready_and_takes_callbacks(receiver, body):
    """Who is asked to drain says so, and still takes what comes."""
    receiver.drain()
    assert await asked(receiver) == [200, 503]
    async with aiohttp.request("POST", receiver.urls.fixed(), data=body()) as answer:
        assert answer.status == 204


async def test_service_that_shuts_down_is_not_ready(aiohttp_client, inbox, urls):
    """What is asked while a service of one's own shuts down is told so."""
    app = create_app(inbox, urls, health=True)
    client = await aiohttp_client(app)
    await app.shutdown()

    assert await status(client, "/readyz") == 503
