"""Stores beside a list that does the same naively."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import MemoryStore, store_for

C1, C2 = Correlation("first"), Correlation("second")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000", **more):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}, **more
    )


PKS = st.sampled_from([None, 1, 2])
CORRELATIONS = st.sampled_from([None, C1, C2, Correlation("third")])
KEYS = st.sampled_from([1, 2, C1, C2])
STORES = st.integers(0, 1)


class StoreMachine(RuleBasedStateMachine):
    """Appends, binds, reads and prunes, beside a list that does the same naively.

    Each step is done through one of two stores, which may be the same.
    """

    limit = 1000

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.kept = []
        self.bindings = {}
        self.aside = []
        self.last = 0
        self.last_aside = 0

    @initialize()
    def begin(self):
        self.stores = [MemoryStore(limit=self.limit)] * 2

    def teardown(self):
        self.runner.close()

    def names_of(self, keys):
        """Return the keys with all that the same requests go by."""
        pks = {key if isinstance(key, int) else self.bindings.get(key) for key in keys}
        bound = {c for c, pk in self.bindings.items() if pk in pks}
        return {*keys, *pks, *bound} - {None}

    @rule(
        through=STORES,
        pk=PKS,
        correlation=CORRELATIONS,
        status=st.sampled_from(["CREATED", "ISSUED"]),
        at=st.sampled_from("12"),
    )
    def append(self, through, pk, correlation, status, at):
        new = event(status, pk=pk, correlation=correlation, at=at)
        if pk and self.bindings.get(correlation, pk) != pk:
            with pytest.raises(CallbackRejectedError, match="another callback URL"):
                self.runner.run(self.stores[through].append(new))
            return
        known = any(old.dedupe_key == new.dedupe_key for old in self.kept)
        number = self.runner.run(self.stores[through].append(new))
        if known:
            assert number is None
            return
        self.last += 1
        self.kept = [*self.kept, attrs.evolve(new, sequence=self.last)][-self.limit :]
        assert number == self.last
        self.appended(through, self.kept[-1])

    def appended(self, through, new):
        """Note what was appended through which store."""

    def before_it_is_forgotten(self):
        """Look at what nobody will see any more."""

    @rule(through=STORES, correlation=CORRELATIONS.filter(bool), pk=PKS.filter(bool))
    def bind(self, through, correlation, pk):
        self.runner.run(self.stores[through].bind(correlation, pk))
        self.bindings.setdefault(correlation, pk)
        while len(self.bindings) > self.limit:
            del self.bindings[next(iter(self.bindings))]

    @rule(through=STORES, correlation=CORRELATIONS)
    def quarantine(self, through, correlation):
        self.last_aside += 1
        body = b"%d" % self.last_aside
        self.runner.run(self.stores[through].quarantine(body, "reason", correlation))
        self.aside = [*self.aside, (self.last_aside, body, correlation)][-self.limit :]

    @rule(through=STORES, number=st.integers(1, 5))
    def release(self, through, number):
        self.runner.run(self.stores[through].release(number))
        self.aside = [one for one in self.aside if one[0] != number]

    @rule(through=STORES, all_of_it=st.booleans(), keep=st.sets(KEYS, max_size=2))
    def prune(self, through, all_of_it, keep):
        self.before_it_is_forgotten()
        before = FAR_AWAY if all_of_it else LONG_AGO
        number = self.runner.run(self.stores[through].prune(before, keep))
        names = self.names_of(keep)
        left = [e for e in self.kept if names & {e.pk, e.correlation}]
        if not all_of_it:
            assert number == 0
            return
        assert number == len(self.kept) - len(left)
        used = names | {e.correlation for e in left}
        self.kept, self.aside = left, []
        self.bindings = {c: pk for c, pk in self.bindings.items() if c in used}

    @rule(through=STORES, pk=PKS.filter(bool), after=st.integers(0, 5))
    def history_of_a_pk(self, through, pk, after):
        expected = [
            one
            for one in self.kept
            if one.sequence > after
            and (one.pk or self.bindings.get(one.correlation)) == pk
        ]
        assert self.runner.run(self.stores[through].history(pk, after)) == expected

    @rule(through=STORES, correlation=CORRELATIONS)
    def history_of_a_correlation_or_of_all(self, through, correlation):
        expected = [one for one in self.kept if correlation in {None, one.correlation}]
        assert self.runner.run(self.stores[through].history(correlation)) == expected

    @precondition(lambda self: self.bindings)
    @rule(through=STORES, correlation=CORRELATIONS.filter(bool))
    def bound(self, through, correlation):
        found = self.runner.run(self.stores[through].bound(correlation))
        assert found == self.bindings.get(correlation)

    @rule(through=STORES, after=st.integers(0, 3))
    def quarantined(self, through, after):
        found = self.runner.run(self.stores[through].quarantined(after))
        expected = [one for one in self.aside if one[0] > after]
        assert [(one.number, one.body, one.correlation) for one in found] == expected

    @invariant()
    def bounded(self):
        assert len(self.kept) <= self.limit


class SmallStoreMachine(StoreMachine):
    """The same with so little room that most of it is forgotten."""

    limit = 2


class SQLiteMachine(StoreMachine):
    """The same through two stores on one file, each of which follows the other."""

    @initialize()
    def begin(self):
        self.directory = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.directory.name, 'inbox.db')}"
        self.stores = [store_for(url), store_for(url)]
        self.expected, self.seen = ([], []), ([], [])
        self.runner.run(self.open())

    async def open(self):
        for store in self.stores:
            await store.open()
        self.following = [
            asyncio.create_task(self.follow(store, seen))
            for store, seen in zip(self.stores, self.seen, strict=True)
        ]

    async def follow(self, store, seen):
        async for found in store.changes():
            seen.append(found)

    def appended(self, through, new):
        self.expected[1 - through].append(new)

    @rule()
    def see_all(self):
        self.runner.run(self.caught_up())

    async def caught_up(self):
        async with asyncio.timeout(10):
            while any(map(lambda s, e: len(s) < len(e), self.seen, self.expected)):
                await asyncio.wait(self.following, timeout=0.01)

    def before_it_is_forgotten(self):
        self.see_all()

    @invariant()
    def nothing_is_seen_twice_or_out_of_order(self):
        for seen, expected in zip(self.seen, self.expected, strict=True):
            assert seen == expected[: len(seen)]

    def teardown(self):
        self.runner.run(self.finish())
        self.nothing_is_seen_twice_or_out_of_order()
        super().teardown()
        self.directory.cleanup()

    async def finish(self):
        for through, store in enumerate(self.stores):
            last = event("LAST", pk=100 + through)
            number = await store.append(last)
            self.appended(through, attrs.evolve(last, sequence=number))
        await self.caught_up()
        for store in self.stores:
            await store.close()
        await asyncio.gather(*self.following)


TestAgainstAList = StoreMachine.TestCase
TestAgainstAShortList = SmallStoreMachine.TestCase
TestSQLiteAgainstAList = SQLiteMachine.TestCase
