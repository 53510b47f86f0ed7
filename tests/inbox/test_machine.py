"""Deliver, wait, cancel, bind and close in any order: nothing lost, nothing left."""

import asyncio

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from oneshot_async import CallbackEvent, Correlation, Inbox
from oneshot_async.errors import CallbackRejectedError, InboxClosedError
from oneshot_async.models import TERMINAL_STATUSES

KNOWN = ["CREATED", "ENROLLREADY", "ISSUED", "CANCELLED"]
STATUSES = [*KNOWN, "SOMETHING"]
PKS = [1, 2]
CORRELATIONS = [Correlation("one"), Correlation("two")]
ENDINGS = TERMINAL_STATUSES | {"VIDEOERROR"}


class InboxMachine(RuleBasedStateMachine):
    """An inbox beside a list of what it was told."""

    tasks = Bundle("tasks")

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.inbox = Inbox()
        self.is_open = True
        self.runner.run(self.inbox.__aenter__())
        self.events = []
        self.bindings = {}
        self.waits = {}

    def teardown(self):
        self.act(self.inbox.close())
        assert all(task.done() for task in self.waits)
        assert all(
            task.cancelled() or task.exception() or task.result() for task in self.waits
        )
        assert self.inbox.statistics().waiting == 0
        self.runner.close()

    def act(self, coroutine):
        """Do something and let every task run as far as it can."""

        async def acted():
            result = await coroutine
            for _ in range(3):
                await asyncio.sleep(0)
            return result

        return self.runner.run(acted())

    def past(self, key):
        return [
            (pk, correlation, status)
            for pk, correlation, status in self.events
            if key in (pk or self.bindings.get(correlation), correlation)
        ]

    def fits(self, key, statuses):
        return any(status in ENDINGS.union(statuses) for _, _, status in self.past(key))

    @precondition(lambda self: self.is_open)
    @rule(
        pk=st.sampled_from([None, *PKS]),
        correlation=st.sampled_from([None, *CORRELATIONS]),
        status=st.sampled_from(STATUSES),
    )
    def deliver(self, pk, correlation, status):
        raw = {"sent_at": len(self.events)}
        event = CallbackEvent(pk=pk, correlation=correlation, status=status, raw=raw)
        contradicts = pk and self.bindings.get(correlation, pk) != pk
        try:
            kept = self.act(self.inbox.deliver(event))
        except CallbackRejectedError:
            assert contradicts  # either outcome is right
        else:
            assert kept
            assert not contradicts
            self.events.append((pk, correlation, status))

    @precondition(lambda self: self.is_open)
    @rule(correlation=st.sampled_from(CORRELATIONS), pk=st.sampled_from(PKS))
    def bind(self, correlation, pk):
        self.act(self.inbox.bind(correlation, pk))
        self.bindings.setdefault(correlation, pk)

    @precondition(lambda self: self.is_open)
    @rule(
        target=tasks,
        key=st.sampled_from([*PKS, *CORRELATIONS]),
        statuses=st.sets(st.sampled_from(KNOWN)),
    )
    def wait(self, key, statuses):
        async def begin():
            return asyncio.create_task(self.inbox.wait(key, statuses))

        task = self.act(begin())
        self.waits[task] = (key, statuses)
        return task

    @rule(task=tasks)
    def cancel(self, task):
        async def cancel():
            task.cancel()

        self.act(cancel())

    @precondition(lambda self: self.is_open and len(self.waits) > 4)
    @rule()
    def close(self):
        self.act(self.inbox.close())
        self.is_open = False

    @precondition(lambda self: not self.is_open)
    @rule()
    def deliver_in_vain(self):
        with pytest.raises(InboxClosedError):
            self.act(self.inbox.deliver(CallbackEvent(pk=1, status="CREATED")))

    @invariant()
    def who_waits_is_who_has_to(self):
        """A wait is over if and only if it has its event, was cancelled, or closed."""
        for task, (key, statuses) in self.waits.items():
            if not task.done():
                assert self.is_open
                assert not self.fits(key, statuses)
            elif not task.cancelled() and task.exception() is None:
                assert task.result().status in ENDINGS.union(statuses)
                assert self.fits(key, statuses)
            elif not task.cancelled():
                assert isinstance(task.exception(), InboxClosedError)

    @invariant()
    def statistics_tell_it(self):
        """The statistics count those who wait and what was kept."""
        running = sum(not task.done() for task in self.waits)

        assert self.inbox.statistics().waiting == running
        assert self.inbox.statistics().delivered == len(self.events)


TestInbox = InboxMachine.TestCase
