"""The memory store beside a list that does the same naively."""

import asyncio

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from oneshot_async.callback_urls import Correlation
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import MemoryStore

C1, C2 = Correlation("first"), Correlation("second")


def event(status="CREATED", *, pk=None, correlation=None, at="20250101000000", **more):
    return CallbackEvent(
        pk=pk, status=status, correlation=correlation, raw={"sent_at": at}, **more
    )


PKS = st.sampled_from([None, 1, 2])
CORRELATIONS = st.sampled_from([None, C1, C2, Correlation("third")])


class StoreMachine(RuleBasedStateMachine):
    """Appends, binds and reads, beside a list that does the same naively."""

    limit = 1000

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.kept = []
        self.bindings = {}
        self.last = 0

    @initialize()
    def begin(self):
        self.store = MemoryStore(limit=self.limit)

    def teardown(self):
        self.runner.close()

    @rule(
        pk=PKS,
        correlation=CORRELATIONS,
        status=st.sampled_from(["CREATED", "ISSUED"]),
        at=st.sampled_from("12"),
    )
    def append(self, pk, correlation, status, at):
        new = event(status, pk=pk, correlation=correlation, at=at)
        known = any(old.dedupe_key == new.dedupe_key for old in self.kept)
        number = self.runner.run(self.store.append(new))
        if known:
            assert number is None
            return
        self.last += 1
        self.kept = [*self.kept, attrs.evolve(new, sequence=self.last)][-self.limit :]
        assert number == self.last

    @rule(correlation=CORRELATIONS.filter(bool), pk=PKS.filter(bool))
    def bind(self, correlation, pk):
        self.runner.run(self.store.bind(correlation, pk))
        self.bindings.setdefault(correlation, pk)
        while len(self.bindings) > self.limit:
            del self.bindings[next(iter(self.bindings))]

    @rule(pk=PKS.filter(bool), after=st.integers(0, 5))
    def history_of_a_pk(self, pk, after):
        expected = [
            one
            for one in self.kept
            if one.sequence > after
            and (one.pk or self.bindings.get(one.correlation)) == pk
        ]
        assert self.runner.run(self.store.history(pk, after)) == expected

    @rule(correlation=CORRELATIONS.filter(bool))
    def history_of_a_correlation(self, correlation):
        expected = [one for one in self.kept if one.correlation == correlation]
        assert self.runner.run(self.store.history(correlation)) == expected

    @precondition(lambda self: self.bindings)
    @rule(correlation=CORRELATIONS.filter(bool))
    def bound(self, correlation):
        found = self.runner.run(self.store.bound(correlation))
        assert found == self.bindings.get(correlation)

    @invariant()
    def bounded(self):
        assert len(self.kept) <= self.limit


class SmallStoreMachine(StoreMachine):
    """The same with so little room that most of it is forgotten."""

    limit = 2


TestAgainstAList = StoreMachine.TestCase
TestAgainstAShortList = SmallStoreMachine.TestCase
