"""What one store on a file learns of what others append to it."""

import asyncio
import logging
import sqlite3
from contextlib import aclosing, closing

import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.models import CallbackEvent

MANY = range(1, 101)


def event(pk):
    return CallbackEvent(pk=pk, status="CREATED")


async def first(count, changes):
    """Return the pks of so many events, which have to come soon."""
    async with asyncio.timeout(10), aclosing(changes):
        return [(await anext(changes)).pk for _ in range(count)]


@pytest.fixture
async def other(opened):
    return await opened()


@pytest.fixture
def warnings(caplog):
    """What was logged of the stores, at this moment."""
    caplog.set_level(logging.WARNING)
    return lambda: [r.getMessage() for r in caplog.records]


async def test_others_events_are_seen_and_own_ones_are_not(store, other):
    """Each store tells what came through the other one, wherever it stands between."""
    for pk in MANY:
        await (store if pk % 3 else other).append(event(pk))

    own = [pk for pk in MANY if pk % 3]
    assert await first(33, store.changes()) == [pk for pk in MANY if not pk % 3]
    assert await first(67, other.changes()) == own


async def test_event_that_comes_later_is_seen(store, other):
    """Who looks at a quiet file sees an event when it comes, with its number."""
    changes = store.changes()
    task = asyncio.ensure_future(anext(changes))
    await asyncio.wait([task], timeout=0.1)
    await store.append(event(6))
    await other.append(event(7))

    async with asyncio.timeout(10), aclosing(changes):
        found = await task
    assert (found.pk, found.sequence) == (7, 2)
    assert found.received_at is not None


async def test_what_was_there_before_is_no_change(other, opened):
    """Only what was appended since a store was opened is told."""
    await other.append(event(7))
    late = await opened()
    await other.append(event(8))

    assert await first(1, late.changes()) == [8]


async def test_duplicates_are_no_change(store, other):
    """An event that another store delivers once more is not told."""
    await store.append(event(6))
    await other.append(event(6))
    await other.append(event(7))

    assert await first(1, store.changes()) == [7]


async def test_several_may_look_at_once(store, other):
    """Each who looks sees everything, in order."""
    looking = [asyncio.create_task(first(100, store.changes())) for _ in range(3)]
    await asyncio.gather(*(other.append(event(pk)) for pk in MANY))

    assert await asyncio.gather(*looking) == [[*MANY]] * 3


async def test_other_writes_disturb_nobody(store, other):
    """Bindings, bodies put aside and what is pruned do not show up as events."""
    await other.bind(Correlation("c"), 7)
    await other.quarantine(b"?", "reason", None)
    await other.release(1)
    await other.append(event(7))

    assert await first(1, store.changes()) == [7]


@pytest.mark.parametrize("looking", [0.0, 0.01])
async def test_changes_end_when_the_store_is_closed(store, looking, warnings):
    """Closing ends whoever looks, at once and without complaint."""

    async def look():
        return [found async for found in store.changes()]

    task = asyncio.create_task(look())
    await asyncio.wait([task], timeout=looking)
    await store.close()

    async with asyncio.timeout(1):
        assert await task == []
    assert warnings() == []


async def test_changes_go_on_after_an_outage(store, other, file, warnings):
    """While the file is away one warning is logged; when it is back, so are events."""
    away = file.with_name("away.db")
    changes = store.changes()
    task = asyncio.create_task(first(1, changes))
    file.rename(away)
    async with asyncio.timeout(10):
        while not warnings():
            await asyncio.wait([task], timeout=0.01)
    await asyncio.wait([task], timeout=0.2)  # a few looks more
    away.rename(file)
    await other.append(event(7))

    assert await task == [7]
    (warning,) = warnings()
    assert warning.startswith("callbacks that arrive elsewhere are late: ")


async def test_changes_survive_a_new_connection(other, opened):
    """What came while the connection was broken is seen through the next one."""
    store = await opened()
    task = asyncio.create_task(first(1, store.changes()))
    await asyncio.wait([task], timeout=0.1)
    await store._database.run(lambda connection: connection.close())
    await other.append(event(7))

    assert await task == [7]


async def test_illegible_event_holds_up_nobody(store, other, file, warnings):
    """What something else wrote into the file is passed over, and not shown."""
    await other.append(event(6))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE events SET event = '[\"planted\"]'")
        connection.commit()
    await other.append(event(7))

    assert await first(1, store.changes()) == [7]
    (warning,) = warnings()
    assert warning.startswith("event 1 wakes nobody: ")
    assert "planted" not in warning
