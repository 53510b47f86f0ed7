"""Two stores on one PostgreSQL database: nothing missed, nothing twice, in order."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for

PKS = [None, 1, 2]
CORRELATIONS = [Correlation("first"), Correlation("second")]
SIDES = st.sampled_from([0, 1])


def one_event(pk, correlation, status, at):
    raw = {"sent_at": at}
    return CallbackEvent(pk=pk, correlation=correlation, status=status, raw=raw)


EVENTS = st.builds(
    one_event,
    st.sampled_from(PKS),
    st.sampled_from([None, *CORRELATIONS]),
    st.sampled_from(["CREATED", "ISSUED"]),
    st.sampled_from("12345"),
)


class Side:
    """A store, and what it was told that the other side has appended."""

    def __init__(self, url):
        self.store = store_for(url)
        self.told = []
        self.expected = []

    async def open(self):
        await self.store.open()
        self.following = asyncio.create_task(self.follow())

    async def follow(self):
        async for event in self.store.changes():
            self.told.append(event.sequence)

    async def all_told(self):
        async with asyncio.timeout(20):
            while len(self.told) < len(self.expected):  # noqa: ASYNC110  # by a server
                await asyncio.sleep(0.01)

    async def close(self):
        await self.all_told()
        # It would come now, if anything came twice.
        await asyncio.sleep(0.02)
        await self.store.close()
        await self.following
        assert self.told == self.expected


class TwoStores(RuleBasedStateMachine):
    """Does the same to both sides and to plain lists."""

    new_database = None

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.kept = {}
        self.bindings = {}

    @initialize()
    def begin(self):
        url = self.new_database()
        self.sides = [Side(url), Side(url)]
        for side in self.sides:
            self.runner.run(side.open())

    def teardown(self):
        for side in self.sides:
            self.runner.run(side.close())
        self.runner.close()

    @rule(batches=st.tuples(st.lists(EVENTS, max_size=4), st.lists(EVENTS, max_size=4)))
    def append(self, batches):
        """Append on both sides at once: each event is kept by one of them, or none."""
        told = self.runner.run(self.append_all(batches))
        refused = [one for one in told if isinstance(one[1][1], CallbackRejectedError)]
        assert [one for one in told if self.contradicts(one[1][0])] == refused
        told = [one for one in told if one not in refused]
        for place, (event, sequence) in told:
            if sequence is not None:
                assert event.dedupe_key not in {
                    one.dedupe_key for one in self.kept.values()
                }
                self.kept[sequence] = event
                self.sides[1 - place].expected.append(sequence)
        for batch in batches:
            for event in (one for one in batch if not self.contradicts(one)):
                keys = [one.dedupe_key for one in self.kept.values()]
                assert keys.count(event.dedupe_key) == 1
        for side in self.sides:
            side.expected.sort()

    def contradicts(self, event):
        bound = self.bindings.get(event.correlation)
        return bool(event.pk and bound) and bound != event.pk

    async def append_all(self, batches):
        calls = [
            (place, event, self.sides[place].store.append(event))
            for place, batch in enumerate(batches)
            for event in batch
        ]
        numbers = await asyncio.gather(
            *(call for _, _, call in calls), return_exceptions=True
        )
        return [
            (place, (event, number))
            for (place, event, _), number in zip(calls, numbers, strict=True)
        ]

    @rule(
        side=SIDES,
        correlation=st.sampled_from(CORRELATIONS),
        pk=st.sampled_from([1, 2]),
    )
    def bind(self, side, correlation, pk):
        self.bindings.setdefault(correlation, pk)
        store = self.sides[side].store
        self.runner.run(store.bind(correlation, pk))
        found = self.runner.run(self.sides[1 - side].store.bound(correlation))
        assert found == self.bindings[correlation]

    @rule(side=SIDES, after=st.integers(0, 5))
    def history(self, side, after):
        store = self.sides[side].store
        everything = self.runner.run(store.history(None, after))
        assert [one.sequence for one in everything] == [
            number for number in sorted(self.kept) if number > after
        ]

    @rule(side=SIDES, pk=st.sampled_from([1, 2]))
    def history_of_a_pk(self, side, pk):
        found = self.runner.run(self.sides[side].store.history(pk))
        assert [one.sequence for one in found] == [
            number
            for number, one in sorted(self.kept.items())
            if (one.pk or self.bindings.get(one.correlation)) == pk
        ]

    @rule(side=SIDES, keep=st.sets(st.sampled_from([1, 2, *CORRELATIONS])))
    def prune(self, side, keep):
        """Forget what everybody has seen, but for some requests."""
        for each in self.sides:
            self.runner.run(each.all_told())
        store = self.sides[side].store
        soon = datetime.now(UTC) + timedelta(seconds=1)
        count = self.runner.run(store.prune(soon, keep))
        wanted = self.all_names(keep)
        gone = {
            number
            for number, one in self.kept.items()
            if wanted.isdisjoint({one.pk, one.correlation} - {None})
        }
        assert count == len(gone)
        self.kept = {n: one for n, one in self.kept.items() if n not in gone}
        used = {one.correlation for one in self.kept.values()} | wanted
        self.bindings = {c: pk for c, pk in self.bindings.items() if c in used}

    def all_names(self, keys):
        pks = {self.bindings.get(key, key) for key in keys} & {1, 2}
        return {*keys, *pks, *(c for c, pk in self.bindings.items() if pk in pks)}


def test_two_stores_agree(postgres_server):
    """Whatever is done on either side, both see the same, and are told of the other."""

    class OnThisServer(TwoStores):
        new_database = postgres_server.new_database

    run_state_machine_as_test(
        OnThisServer, settings=settings(max_examples=10, stateful_step_count=12)
    )
