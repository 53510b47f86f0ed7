"""What is special to the store in memory: it forgets. And how a store is chosen."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import MemoryStore, memory_quarantine, store_for
from oneshot_async.stores.sizes import size_of


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


async def test_flood_about_one_request_pushes_out_no_other():
    """Of a request with too many events the oldest goes, and nobody else's."""
    store = MemoryStore(limit=100, per_request=3)
    await store.append(event(pk=1))
    for number in range(1000):
        await store.append(event(pk=2, at=str(number)))

    assert len(await store.history(1)) == 1
    assert [found.raw["sent_at"] for found in await store.history(2)] == [
        "997",
        "998",
        "999",
    ]


@pytest.mark.parametrize("correlation", [None, Correlation("leaked")])
async def test_flood_at_one_url_pushes_out_no_other(correlation):
    """What comes to one URL, or names no request, is bounded like one request."""
    store = MemoryStore(limit=100, per_request=3)
    await store.append(event(pk=1, correlation=Correlation("mine")))
    for number in range(1, 1000):
        pk = number if correlation else None
        flooding = event(pk=pk, correlation=correlation, at=str(number))
        await store.append(attrs.evolve(flooding, raw={"sent_at": number}))

    assert len(await store.history(Correlation("mine"))) == 1
    assert len(store) == 4
    assert len(vars(store)["_of"]) <= 6


async def test_large_events_are_bounded_by_their_size():
    """What the events take together is bounded, whatever their payloads hold."""
    store = MemoryStore(size=1_000_000)
    for payload in ("x" * 60_000, [[]] * 900, {str(n): 1 for n in range(900)}):
        for pk in range(1, 200):
            large = event(pk=pk)
            await store.append(attrs.evolve(large, raw={"sent_at": payload}))
        kept = await store.history(None)

        assert sum(map(size_of, kept)) <= 1_000_000
        assert kept[-1].pk == 199
        assert len(kept) > 5


async def test_size_is_that_of_what_is_left():
    """Room that was made by pruning is room again."""
    store = MemoryStore(size=100_000)
    for _ in range(3):
        for pk in range(1, 21):
            await store.append(event(pk=pk))

        assert await store.prune(datetime.now(UTC) + timedelta(days=1), ()) == 20
    assert vars(store)["_size"] == 0


async def test_flood_of_unreadable_bodies_is_bounded():
    """Bodies that cannot be read are bounded by their size, apart from the events."""
    store = MemoryStore()
    await store.append(event(pk=1))
    for number in range(600):
        await store.quarantine(b"%d" % number + b"x" * 65_000, "reason", None)
    aside = await store.quarantined()

    assert sum(len(kept.body) for kept in aside) <= 16 * 1024 * 1024
    assert aside[-1].number == 600
    assert len(aside) > 200
    assert len(await store.history(1)) == 1


async def test_released_body_makes_room():
    """What was released does not count any more."""
    store = MemoryStore()
    for number in range(1, 601):
        await store.quarantine(b"x" * 65_000, "reason", None)
        await store.release(number)
    await store.quarantine(b"last", "reason", None)

    assert [kept.body for kept in await store.quarantined()] == [b"last"]


class CountingIndex(defaultdict):
    """An index that counts how often somebody goes through it."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__()


async def test_prune_looks_for_what_is_used_once():
    """However many bindings are old, what is left is gone through once for all."""
    store = MemoryStore()
    for pk in range(1, 21):
        await store.bind(Correlation(f"c{pk}"), pk)
        await store.append(event(pk=pk, correlation=Correlation(f"c{pk}")))
    index = vars(store)["_of"] = CountingIndex(list, vars(store)["_of"])

    await store.prune(datetime.now(UTC) + timedelta(days=1), keep=range(1, 11))

    assert index.passes == 1
    assert [await store.bound(Correlation(f"c{pk}")) for pk in (1, 20)] == [1, None]


async def test_release_touches_no_other_body(monkeypatch):
    """Releasing many bodies, one after the other, does not go through all each time."""
    store = MemoryStore()
    for _ in range(20):
        await store.quarantine(b"x", "reason", None)
    touched, size_of = [], memory_quarantine._size_of
    monkeypatch.setattr(
        memory_quarantine, "_size_of", lambda one: touched.append(one) or size_of(one)
    )

    await store.release(7)

    assert [one.number for one in touched] == [7]
    assert len(await store.quarantined()) == 19


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


@pytest.mark.parametrize("name", ["limit", "per_request", "size"])
def test_memory_needs_room_for_one(name):
    """A store without any room is refused."""
    with pytest.raises(InvalidInputError, match=name):
        MemoryStore(**{name: 0})


@pytest.mark.parametrize("url", ["", "memory", "redis://localhost", "/tmp/x"])  # noqa: S108  # a text that is no URL
def test_unknown_store_is_refused(url):
    """A URL that names no store is refused, and the message says which there are."""
    with pytest.raises(InvalidInputError, match="memory:"):
        store_for(url)
