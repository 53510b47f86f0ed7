"""What every store has to do; today there is one."""

import asyncio
from datetime import datetime

import attrs
import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.models import CallbackEvent, Certificate, EventType, RequestStatus
from oneshot_async.stores import store_for

C1, C2 = Correlation("first"), Correlation("second")


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000", **more):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}, **more
    )


def summary(events):
    return [(found.sequence, found.status) for found in events]


class TestContract:
    """What the inbox relies on, whatever store is behind it."""

    @pytest.fixture(params=["memory:"])
    async def store(self, request):
        store = store_for(request.param)
        await store.open()
        yield store
        await store.close()

    async def test_events_are_numbered_from_one(self, store):
        """Sequence numbers begin with 1 and grow."""
        first = await store.append(event(pk=7))
        second = await store.append(event("ISSUED", pk=7))

        assert 1 == first < second

    async def test_event_comes_back_whole(self, store):
        """What is kept is what was appended, with its sequence number."""
        kept = event(
            RequestStatus.ISSUED,
            pk=7,
            correlation=C1,
            event_type=EventType.REQUEST_ENROLLED,
            previous_status=RequestStatus.ENROLLREADY,
            occurred_at=datetime(2025, 1, 1),  # noqa: DTZ001  # without a zone, as on the wire
            registration_authority="3",
            certificates=(Certificate(status="VALID", serial_number="03243d"),),
        )

        sequence = await store.append(kept)

        assert await store.history(7) == [attrs.evolve(kept, sequence=sequence)]

    async def test_duplicate_is_kept_once(self, store):
        """An event that is kept already is told by None and changes nothing."""
        await store.append(event(pk=7))

        assert await store.append(event(pk=7)) is None
        assert len(await store.history(7)) == 1

    async def test_duplicates_at_once_are_kept_once(self, store):
        """Of many deliveries of one callback at the same time, one is kept."""
        numbers = await asyncio.gather(*(store.append(event(pk=7)) for _ in range(20)))

        assert sorted(map(bool, numbers)) == [False] * 19 + [True]

    async def test_history_is_in_order_of_arrival(self, store):
        """History is ordered by arrival, whatever times the events carry."""
        await store.append(event("ISSUED", pk=7, at="20250102000000"))
        await store.append(event("CREATED", pk=7, at="20250101000000"))

        assert summary(await store.history(7)) == [(1, "ISSUED"), (2, "CREATED")]

    async def test_history_begins_after_a_number(self, store):
        """Only what came after the number that was given is returned."""
        for status in ("CREATED", "ENROLLREADY", "ISSUED"):
            await store.append(event(status, pk=7))

        assert summary(await store.history(7, after=2)) == [(3, "ISSUED")]
        assert await store.history(7, after=3) == []

    async def test_requests_are_kept_apart(self, store):
        """No event shows up under another request or another correlation."""
        await store.append(event(pk=7, correlation=C1))
        await store.append(event(pk=8, correlation=C2))

        assert [one.pk for one in await store.history(7)] == [7]
        assert [one.pk for one in await store.history(C2)] == [8]

    async def test_history_of_all_is_everything(self, store):
        """Under no key, history is every event in the order of arrival."""
        await store.append(event("CREATED", pk=7))
        await store.append(event("ISSUED", correlation=C1))
        await store.append(event("CANCELLED"))

        assert [found.sequence for found in await store.history(None)] == [1, 2, 3]
        assert [found.sequence for found in await store.history(None, after=2)] == [3]

    async def test_unknown_request_has_no_history(self, store):
        """What nobody ever heard of has no events."""
        assert (await store.history(9), await store.history(C1)) == ([], [])

    async def test_event_is_found_by_its_correlation(self, store):
        """An event is found by its correlation, with a pk and without."""
        await store.append(event("CREATED", correlation=C1))
        await store.append(event("ISSUED", pk=7, correlation=C1))

        assert summary(await store.history(C1)) == [(1, "CREATED"), (2, "ISSUED")]

    @pytest.mark.parametrize("early", [True, False])
    async def test_binding_brings_nameless_events_to_their_pk(self, store, early):
        """Once bound, a pk's history has events without a pk, in their order."""
        if early:
            await store.bind(C1, 7)
        await store.append(event("CREATED", correlation=C1))
        await store.append(event("ENROLLREADY", pk=7, correlation=C1))
        await store.append(event("ISSUED", correlation=C1))
        if not early:
            await store.bind(C1, 7)

        assert summary(await store.history(7)) == [
            (1, "CREATED"),
            (2, "ENROLLREADY"),
            (3, "ISSUED"),
        ]

    async def test_binding_does_not_move_what_has_another_pk(self, store):
        """An event that names its request belongs to that one alone."""
        await store.append(event(pk=8, correlation=C1))
        await store.bind(C1, 7)

        assert await store.history(7) == []

    async def test_request_may_have_several_correlations(self, store):
        """Every correlation that is bound to a pk counts."""
        await store.bind(C1, 7)
        await store.bind(C2, 7)
        await store.append(event("CREATED", correlation=C2))
        await store.append(event("ISSUED", correlation=C1))

        assert summary(await store.history(7)) == [(1, "CREATED"), (2, "ISSUED")]

    async def test_first_binding_stays(self, store):
        """A correlation that is bound is not bound again."""
        await store.bind(C1, 7)
        await store.bind(C1, 8)

        assert await store.bound(C1) == 7
        assert await store.bound(C2) is None

    async def test_quarantine_takes_any_bytes(self, store):
        """What could not be read is put aside as it is, once and again."""
        for body in (b"", b"\xff\x00", b"x" * 70_000):
            await store.quarantine(body, "no JSON object")

        assert await store.history(7) == []
