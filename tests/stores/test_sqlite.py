"""What is special to the store in an SQLite file: it lasts, and may be shared."""

import asyncio
import sqlite3
import stat
import threading
from datetime import UTC, datetime

import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError, StoreError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for
from oneshot_async.stores.sqlite import rows

FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000"):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}
    )


async def test_path_is_relative_after_three_slashes(tmp_path, monkeypatch):
    """`sqlite:///name` is in the directory where the program was started."""
    monkeypatch.chdir(tmp_path)
    store = store_for("sqlite:///in box%20.db")
    await store.open()
    monkeypatch.chdir("/")
    await store.append(event(pk=7))
    await store.close()

    assert (tmp_path / "in box%20.db").stat().st_size > 0


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:", "'memory:'"),
        ("sqlite://", "'memory:'"),
        ("sqlite:///", "'memory:'"),
        ("sqlite::memory:", "'memory:'"),
        ("sqlite:///:memory:", "'memory:'"),
        ("sqlite:inbox.db", "three slashes"),
        ("sqlite://host/inbox.db", "three slashes"),
        ("sqlite:///inbox.db?mode=ro", "no options"),
        ("sqlite:///inbox\0.db", "NUL"),
    ],
)
def test_url_that_names_no_file_is_refused(url, told):
    """What is wrong with the URL is told before anything is opened."""
    with pytest.raises(InvalidInputError, match=told):
        store_for(url)


async def test_files_are_for_their_owner_only(store, file):
    """Nobody else reads what callbacks hold, in the file and in those beside it."""
    await store.append(event(pk=7))
    files = sorted(file.parent.iterdir())

    assert [found.name for found in files] == [
        "inbox.db",
        "inbox.db-shm",
        "inbox.db-wal",
    ]
    assert {stat.S_IMODE(found.stat().st_mode) for found in files} == {0o600}


async def test_everything_outlasts_the_store(store, file):
    """What was kept, bound and put aside is there when the same store opens again."""
    await store.append(event(correlation=Correlation("c")))
    await store.bind(Correlation("c"), 7)
    await store.quarantine(b"?", "reason", None)
    await store.close()
    await store.open()

    assert [found.status for found in await store.history(7)] == ["CREATED"]
    assert [found.body for found in await store.quarantined()] == [b"?"]
    assert await store.append(event("ISSUED", pk=7)) == 2


async def test_close_leaves_one_file_and_no_thread(store, file):
    """A store that is closed has let go of everything."""
    await store.append(event(pk=7))
    (thread,) = [t for t in threading.enumerate() if t.name.startswith("oneshot")]
    await store.close()
    await asyncio.to_thread(thread.join)

    assert [found.name for found in file.parent.iterdir()] == ["inbox.db"]


async def test_close_finishes_what_was_begun(store, opened):
    """Events that were being appended when the store closed are kept."""
    tasks = [asyncio.create_task(store.append(event(pk=n))) for n in range(1, 100)]
    await asyncio.sleep(0)
    await store.close()

    assert sorted(await asyncio.gather(*tasks)) == [*range(1, 100)]
    assert len(await (await opened()).history(None)) == 99


async def test_numbers_are_not_spent_on_duplicates(store):
    """An event that is kept already leaves no gap in the numbers."""
    numbers = [await store.append(event(pk=pk)) for pk in (7, 7, 7, 8)]

    assert numbers == [1, None, None, 2]


async def test_appends_at_once_share_commits(store, opened):
    """Many events that come together are written together."""
    other = await opened()
    versions = set()

    async def watch():
        while True:
            seen, _ = await other._database.run(rows.of_others, rows.Seen(0), "")
            versions.add(seen.last)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(store.append(event(pk=n)) for n in range(1, 501)))
    watching.cancel()
    await asyncio.wait([watching])

    assert len(versions) < 5


async def test_two_stores_on_one_file_keep_an_event_once(store, opened):
    """Deliveries of the same callbacks to several processes are one each."""
    stores = [store, await opened(), await opened()]

    numbers = await asyncio.gather(
        *(one.append(event(pk=n)) for n in range(1, 101) for one in stores)
    )

    assert sorted(filter(None, numbers)) == [*range(1, 101)]
    assert [found.sequence for found in await store.history(None)] == [*range(1, 101)]


async def test_cancelled_calls_leave_nothing_half_done(store, file):
    """Whoever goes away while the file is used disturbs nobody after them."""
    for n in range(1, 30):
        tasks = [
            asyncio.create_task(store.append(event(pk=n))),
            asyncio.create_task(store.bind(Correlation(f"c{n}"), n)),
            asyncio.create_task(store.prune(FUTURE, keep=[n])),
        ]
        for _ in range(n % 4):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    await store.append(event("ISSUED", pk=99))

    assert [found.status for found in await store.history(99)] == ["ISSUED"]
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    other.close()


async def test_store_that_is_opened_in_vain_is_closed(file):
    """Whoever goes away while the store opens leaves no thread and no connection."""
    store = store_for(f"sqlite:///{file}")
    opening = asyncio.create_task(store.open())
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.wait([opening])

    assert opening.cancelled()
    with pytest.raises(StoreError, match="not open"):
        await store.history(7)


@pytest.mark.parametrize(
    "impossible",
    [
        event(pk=2**63),
        event(correlation=Correlation("\ud800")),
        CallbackEvent(status="CREATED", raw={"planted": object()}),
    ],
    ids=["pk", "correlation", "raw"],
)
async def test_impossible_event_fails_alone(store, impossible):
    """What cannot be kept is told to who gave it, not to who appends beside them."""
    *failed, number = await asyncio.gather(
        store.append(impossible), store.append(event(pk=7)), return_exceptions=True
    )

    assert [type(error) for error in failed] == [StoreError]
    assert number == 1


async def test_impossible_keys_are_store_errors(store):
    """What SQLite cannot look up or keep is told without being shown."""
    for call in (
        store.history(2**64),
        store.bound(Correlation("planted\ud800")),
        store.bind(Correlation("planted"), 2**64),
        store.quarantine(b"planted", "\ud800", None),
    ):
        with pytest.raises(StoreError, match="cannot keep such a value") as caught:
            await call
        assert "planted" not in str(caught.value)


async def test_histories_are_found_by_indexes(store, file):
    """No request's history needs a look at everybody's events."""
    with sqlite3.connect(file) as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {rows.OF_PK}",
            {"key": 7, "after": 0, "limit": 1},
        ).fetchall()
    connection.close()
    steps = [step for *_, step in plan]

    assert [step for step in steps if step.startswith("SCAN")] == []
    for index in ("events_by_pk", "events_by_correlation", "bindings_by_pk"):
        assert any(index in step for step in steps)


async def test_prune_keeps_any_number_of_requests(store):
    """As many requests as are waited for can be kept, and stay kept once only."""
    await store.append(event(pk=50_000))
    await store.append(event(pk=50_001))

    assert await store.prune(FUTURE, keep=range(1, 50_001)) == 1
    assert await store.prune(FUTURE, keep=[]) == 1


async def test_prune_holds_up_nobody(store, monkeypatch):
    """What arrives while much is forgotten is kept before that has ended."""
    monkeypatch.setattr(rows, "_PIECE", 1)
    for pk in range(1, 21):
        await store.append(event(pk=pk))
    pruning = asyncio.create_task(store.prune(FUTURE, keep=[]))
    await asyncio.sleep(0)

    assert await store.append(event(pk=99)) == 21
    assert not pruning.done()
    assert await pruning >= 20


async def test_what_is_pruned_is_overwritten(store, file):
    """Nothing of an event is left in the file when it is forgotten."""
    await store.append(event(pk=7, at="planted" * 1000))
    await store.prune(FUTURE, keep=[])
    await store.close()

    assert b"planted" not in file.read_bytes()


async def test_commit_is_on_the_disk(store):
    """SQLite waits for the disk at every commit, and readers for nobody."""

    def settings(connection):
        names = ("synchronous", "journal_mode")
        return [connection.execute(f"PRAGMA {n}").fetchone()[0] for n in names]

    assert await store._database.run(settings) == [2, "wal"]
