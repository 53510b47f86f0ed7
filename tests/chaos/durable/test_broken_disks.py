"""A disk that breaks under a running receiver: 503 and a reason, then 204 by itself."""

import json
import resource
import shutil
import sqlite3
from contextlib import closing, contextmanager

import aiohttp
import pytest

from oneshot_async import Inbox
from oneshot_async.receiver import Receiver
from oneshot_async.stores import store_for

SECRET = "a-secret-of-the-receiver"
PLANTED = "planted"


@pytest.fixture
async def post():
    """A function that posts a large callback, and what is answered."""
    async with aiohttp.ClientSession() as http:

        async def post_one(url, pk):
            about = {"pk": pk, "status": "ISSUED", "note": PLANTED * 8000}
            async with http.post(url, data=json.dumps({"request": about})) as answer:
                return answer.status

        yield post_one


@pytest.fixture
def file(tmp_path):
    return tmp_path / "inbox.db"


async def kept(file):
    async with Inbox(f"sqlite:///{file}") as inbox:
        return [event.pk for event in await inbox.history()]


@contextmanager
def gone(file, _process):
    """Have the file somewhere else for a while."""
    away = file.with_name("away.db")
    file.rename(away)
    yield
    away.rename(file)


@contextmanager
def damaged(file, _process):
    """Have a file in its place whose pages hold nonsense, and restore the good one."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    with gone(file, None):
        file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        yield
        file.unlink()


@contextmanager
def unable_to_grow(file, process):
    """Have the system refuse to let the process write much more."""
    large = file.with_name("inbox.db-wal").stat().st_size + 10_000
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (large, before[1]))
    yield
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (gone, "it is gone: put it back, or begin anew"),
        (damaged, "it is damaged: restore it from a backup"),
        (unable_to_grow, "the disk fails to read or write"),
    ],
)
async def test_listener_outlives_a_broken_disk(listen, post, file, broken, told):
    """What breaks under it is told, callbacks get 503; then it goes on by itself."""
    listener = await listen(f"sqlite:///{file}")
    url = listener.url_for(3)
    statuses = [await post(url, 1)]
    with broken(file, listener.process):
        statuses += [await post(url, 2), await post(url, 3)]
    statuses += [await post(url, 2), await post(url, 4)]
    code, events = await listener.stop()

    assert statuses == [204, 503, 503, 204, 204]
    assert f"callback not kept: {file}: {told}" in listener.logged
    assert PLANTED not in listener.logged
    assert (code, [event["pk"] for event in events]) == (0, [1, 2, 4])
    assert await kept(file) == [1, 2, 4]


@pytest.fixture
def receiving():
    """A function that runs a receiver of this process on an open inbox."""
    return lambda inbox: Receiver(inbox, secrets=[SECRET])


async def test_full_disk_is_survived(receiving, post, file, caplog):
    """Without room callbacks get 503; when there is room again, 204."""
    store = store_for(f"sqlite:///{file}")

    async def limit(pages):
        statement = f"PRAGMA max_page_count = {pages}"
        await store._database.run(lambda file: file.execute(statement).fetchall())

    async with Inbox(store) as inbox, receiving(inbox) as receiver:
        url = receiver.urls.fixed()
        statuses = [await post(url, 1)]
        await limit(1)
        statuses.append(await post(url, 2))
        await limit(9999)
        statuses.append(await post(url, 2))

    assert statuses == [204, 503, 204]
    assert f"callback not kept: {file}: the disk is full: make room" in caplog.text
    assert PLANTED not in caplog.text
    assert await kept(file) == [1, 2]


async def test_file_that_becomes_read_only_is_survived(
    receiving, post, powerless_dir, caplog
):
    """A file that may not be written gets callbacks 503, until it may."""
    file = powerless_dir / "inbox.db"
    async with Inbox(f"sqlite:///{file}") as inbox, receiving(inbox) as receiver:
        url = receiver.urls.fixed()
        statuses = [await post(url, 1)]
        shutil.copy(file, copy := powerless_dir / "copy.db")
        copy.chmod(0o400)
        copy.replace(file)
        statuses.append(await post(url, 2))
        file.chmod(0o600)
        statuses.append(await post(url, 2))

    assert statuses == [204, 503, 204]
    assert f"callback not kept: {file}: it cannot be written: make" in caplog.text
    assert PLANTED not in caplog.text
