"""What every store has to do."""

import asyncio
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models import CallbackEvent, Certificate, EventType, RequestStatus
from oneshot_async.stores import store_for

C1, C2 = Correlation("first"), Correlation("second")
PAST = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2100, 1, 1, tzinfo=UTC)


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000", **more):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}, **more
    )


def summary(events):
    return [(found.sequence, found.status) for found in events]


class TestContract:
    """What the inbox relies on, whatever store is behind it."""

    @pytest.fixture(params=["memory", "sqlite", "postgres"])
    async def store(self, request, tmp_path):
        urls = {
            "memory": lambda: "memory:",
            "sqlite": lambda: f"sqlite:///{tmp_path / 'inbox.db'}",
            "postgres": lambda: request.getfixturevalue("postgres_url"),
        }
        store = store_for(urls[request.param]())
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

    async def test_contradiction_is_refused_alone(self, store):
        """Of many at once, only what belongs to another request is not kept."""
        await store.bind(C1, 7)
        right, wrong = event(pk=7, correlation=C1), event(pk=8, correlation=C1)

        outcomes = await asyncio.gather(
            *(store.append(each) for each in (wrong, right, wrong, event(pk=8))),
            return_exceptions=True,
        )

        refused = [isinstance(each, CallbackRejectedError) for each in outcomes]
        assert refused == [True, False, True, False]
        assert sorted(each for each in outcomes if isinstance(each, int)) == [1, 2]
        assert [one.correlation for one in await store.history(8)] == [None]

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

    async def test_history_has_its_limit(self, store):
        """With a limit it is the first events that are returned."""
        for status in ("CREATED", "ENROLLREADY", "ISSUED"):
            await store.append(event(status, pk=7, correlation=C1))
        await store.bind(C1, 7)

        for key in (7, C1, None):
            found = summary(await store.history(key, after=1, limit=1))
            assert found == [(2, "ENROLLREADY")]
        assert await store.history(7, limit=0) == []

    async def test_last_is_the_newest_number(self, store):
        """The highest number is known, were its event forgotten."""
        assert await store.last() == 0
        await store.append(event("CREATED", pk=7))
        await store.append(event("ISSUED", pk=7))
        await store.append(event("ISSUED", pk=7))

        assert await store.last() == 2
        await store.prune(FUTURE, keep=[])
        assert await store.last() == 2

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

    async def test_bindings_looked_up_at_once_are_each_their_own(self, store):
        """Lookups at the same time do not mix up their answers."""
        bound = {Correlation(f"c{pk}"): pk for pk in range(10, 20)}
        for correlation, pk in bound.items():
            await store.bind(correlation, pk)
        asked = [*bound, C2, *reversed(bound)]

        found = await asyncio.gather(*map(store.bound, asked))

        assert found == [bound.get(each) for each in asked]

    async def test_what_is_kept_says_when_it_came(self, store):
        """Each event is dated in UTC, and the dates grow with the numbers."""
        before = datetime.now(UTC)
        await store.append(event("CREATED", pk=7))
        await store.append(event("ISSUED", pk=7))
        after = datetime.now(UTC)

        first, second = await store.history(7)

        assert before <= first.received_at <= second.received_at <= after
        assert second.received_at.tzinfo is UTC

    async def test_quarantine_takes_any_bytes(self, store):
        """What could not be read is put aside as it is, once and again."""
        bodies = [b"", b"\xff\x00", b"x" * 65_536, b"same", b"same"]
        for body in bodies:
            await store.quarantine(body, "no JSON object", C1)
        await store.quarantine(b"last", "another reason", None)

        *found, last = await store.quarantined()

        assert [one.body for one in found] == bodies
        assert {(one.reason, one.correlation) for one in found} == {
            ("no JSON object", C1)
        }
        assert (last.body, last.reason, last.correlation) == (
            b"last",
            "another reason",
            None,
        )
        assert [one.number for one in [*found, last]] == [1, 2, 3, 4, 5, 6]
        assert await store.history(None) == []

    async def test_quarantine_is_listed_after_a_number(self, store):
        """Only what was put aside under higher numbers is listed."""
        for body in (b"1", b"2", b"3"):
            await store.quarantine(body, "reason", None)

        assert [one.body for one in await store.quarantined(after=1)] == [b"2", b"3"]

    async def test_released_body_is_gone(self, store):
        """What is released is no longer listed, and to do it twice is no error."""
        for body in (b"1", b"2"):
            await store.quarantine(body, "reason", None)

        await store.release(1)
        await store.release(1)
        await store.quarantine(b"3", "reason", None)

        found = [(one.number, one.body) for one in await store.quarantined()]
        assert found == [(2, b"2"), (3, b"3")]

    async def test_prune_forgets_what_is_old(self, store):
        """Events from before the moment go, and are new again; later ones stay."""
        await store.append(event("CREATED", pk=7))
        await store.append(event("CREATED", pk=8))
        (_, last) = await store.history(None)
        await asyncio.sleep(0.002)
        await store.append(event("ISSUED", pk=7))
        moment = last.received_at + timedelta(milliseconds=1)

        assert await store.prune(moment, keep=[]) == 2
        assert summary(await store.history(None)) == [(3, "ISSUED")]
        assert await store.append(event("CREATED", pk=8)) == 4

    async def test_prune_never_lowers_the_numbers(self, store):
        """A number that was given is not given again when its event is gone."""
        await store.append(event("CREATED", pk=7))
        await store.prune(FUTURE, keep=[])

        assert await store.append(event("ISSUED", pk=7)) == 2

    @pytest.mark.parametrize(
        "keep", [[7], [C1], [C2], [9, 7]], ids=["pk", "own", "other", "several"]
    )
    async def test_prune_keeps_what_is_waited_for(self, store, keep):
        """All events of a request stay, by whichever of its names it is meant."""
        await store.bind(C1, 7)
        await store.bind(C2, 7)
        await store.append(event("CREATED", correlation=C1))
        await store.append(event("ENROLLREADY", correlation=C2))
        await store.append(event("ISSUED", pk=7))
        await store.append(event("CREATED", pk=8))

        assert await store.prune(FUTURE, keep=keep) == 1
        assert [one.status for one in await store.history(7)] == [
            "CREATED",
            "ENROLLREADY",
            "ISSUED",
        ]

    async def test_prune_keeps_what_has_only_a_correlation(self, store):
        """An event is kept for who waits for its correlation, bound or not."""
        await store.append(event("CREATED", correlation=C1))
        await store.append(event("CREATED", correlation=C2))

        assert await store.prune(FUTURE, keep=[C1]) == 1
        assert summary(await store.history(C1)) == [(1, "CREATED")]

    async def test_prune_forgets_old_bindings(self, store):
        """A binding goes with its last event, unless its request is waited for."""
        await store.bind(C1, 7)
        await store.bind(C2, 8)
        await store.append(event("CREATED", correlation=C1))

        await store.prune(FUTURE, keep=[8])

        assert (await store.bound(C1), await store.bound(C2)) == (None, 8)

    async def test_prune_keeps_young_bindings_and_used_ones(self, store):
        """A binding from after the moment stays, and one with events left does too."""
        await store.bind(C1, 7)
        await store.append(event("CREATED", correlation=C1))

        assert await store.prune(PAST, keep=[]) == 0
        assert await store.bound(C1) == 7

    async def test_prune_before_all_time_forgets_nothing(self, store):
        """The first moment that there is, is before everything."""
        await store.append(event("CREATED"))

        assert await store.prune(datetime.min.replace(tzinfo=UTC), keep=[]) == 0
        assert len(await store.history(None)) == 1

    async def test_prune_empties_the_quarantine(self, store):
        """What was put aside before the moment goes, what came later stays."""
        await store.quarantine(b"1", "reason", None)

        await store.prune(PAST, keep=[])
        assert len(await store.quarantined()) == 1
        await store.prune(FUTURE, keep=[])
        assert await store.quarantined() == []

    async def test_any_json_comes_back(self, store):
        """Texts that databases shun are kept: NUL, lone surrogates, huge numbers."""
        raw = {"request": "\0 \ud800 \U0001f58b '\";--", "n": 10**400, "x": [None, 1.5]}
        kept = CallbackEvent(pk=2**63 - 1, status="\U0001f58b", raw=raw)

        await store.append(kept)

        assert [one.raw for one in await store.history(None)] == [raw]
        assert await store.history(2**63 - 1) == [attrs.evolve(kept, sequence=1)]
