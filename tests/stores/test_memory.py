"""What is special to the store in memory: it forgets. And how a store is chosen."""

import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import MemoryStore, store_for


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000", **more):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}, **more
    )


async def test_memory_is_bounded():
    """The memory store keeps the newest events, bindings and bodies, and no more."""
    store = MemoryStore(limit=3)
    for number in range(1, 11):
        await store.append(event(pk=number, correlation=Correlation(f"c{number}")))
        await store.bind(Correlation(f"c{number}"), number)
        await store.quarantine(b"%d" % number, "reason", None)

    assert len(store) == 3
    assert [kept.body for kept in await store.quarantined()] == [b"8", b"9", b"10"]
    assert [bool(await store.history(number)) for number in (1, 7, 8, 10)] == [
        False,
        False,
        True,
        True,
    ]
    assert [await store.bound(Correlation(f"c{n}")) for n in (7, 8)] == [None, 8]


async def test_forgotten_events_leave_no_index():
    """Nothing is remembered of requests whose events and bindings made room."""
    store = MemoryStore(limit=2)
    for number in range(1, 100):
        await store.append(event(pk=number, correlation=Correlation(f"c{number}")))
        await store.bind(Correlation(f"c{number}"), number)

    kept = [len(found) for found in vars(store).values() if hasattr(found, "__len__")]

    assert max(kept) <= 4


async def test_forgotten_event_is_new_again():
    """A duplicate of what has made room is kept like a new event."""
    store = MemoryStore(limit=1)
    await store.append(event(pk=7))
    await store.append(event(pk=8))

    assert await store.append(event(pk=7)) == 3


async def test_quarantined_body_is_not_shown():
    """A body that was put aside is not in a repr: it may hold anything."""
    store = MemoryStore()
    await store.quarantine(b"planted", "no JSON object", None)

    assert "planted" not in repr(await store.quarantined())


def test_memory_needs_room_for_one():
    """A store without any room is refused."""
    with pytest.raises(InvalidInputError, match="limit"):
        MemoryStore(limit=0)


@pytest.mark.parametrize("url", ["", "memory", "redis://localhost", "/tmp/x"])  # noqa: S108  # a text that is no URL
def test_unknown_store_is_refused(url):
    """A URL that names no store is refused, and the message says which there are."""
    with pytest.raises(InvalidInputError, match="memory:"):
        store_for(url)
