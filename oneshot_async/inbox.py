"""The inbox: callbacks are kept in it, and whoever waits for one is woken by it."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import TracebackType
from typing import Self

import attrs

from ._checks import moment_before
from ._discretion import ANY, bare_or_empty, discreet, discreet_itself
from ._publishing import Publisher
from ._secrecy import Secret
from ._waiters import ENDINGS, Until, Waiters, check_key
from .callback_urls import Correlation
from .errors import (
    CallbackRejectedError,
    InboxClosedError,
    InvalidInputError,
    StoreError,
)
from .models.callbacks import CallbackEvent
from .models.requests import RequestPk
from .observing import InboxStatistics, Observer, Observers
from .stores import Key, Quarantined, Store, store_for

_AT_ONCE = 1000
"""How many kept events are held in memory while they are handed on."""

_LOOKS = 4
"""How many look at what is kept at the same time.

When thousands wait at once, as after a restart, deliveries come in between.
"""


@discreet
class Inbox(Secret):
    """Keeps callbacks and wakes who awaits them; shared by receiver and client.

    Waiting is level-triggered: it does not matter whether a callback comes before or
    after the wait for it. Use it as an async context manager.

    Args:
        store: a store's URL, or a store of your own. ``memory:`` ends with the process,
            ``sqlite:///path`` is a file that processes of one machine may share, and
            ``postgresql://…`` (extra `postgres`) is for several hosts.
        observers: who is told what happens: metrics, tracing, or your own.
    """

    observers: Observers

    def __init__(
        self, store: str | Store = "memory:", *, observers: Iterable[Observer] = ()
    ) -> None:
        self._store = store_for(store) if isinstance(store, str) else store
        self.observers = Observers(observers)
        self._waiters = Waiters(self.observers)
        self._open = False
        self._looks = asyncio.Semaphore(_LOOKS)
        self._publisher = Publisher(self._store, self._waiters)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._delivered = 0
        self._duplicates = 0

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""
        return self._open

    async def __aenter__(self) -> Self:
        if self._open:
            raise InvalidInputError("this inbox is open already: enter it once")
        await self._store.open()
        self._looks = asyncio.Semaphore(_LOOKS)
        self._publisher.start()
        self._loop = asyncio.get_running_loop()
        self._open = True
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End every wait with `InboxClosedError` and close the store; idempotent."""
        if self._open:
            self._open = False
            self._waiters.close()
            try:
                await self._publisher.stop()
            finally:
                await self._store.close()

    async def deliver(self, event: CallbackEvent) -> bool:
        """Keep an event, then wake who waits for it; False if it was kept already.

        Raises:
            CallbackRejectedError: its pk is not the one its correlation is bound to.
            InboxClosedError: the inbox is not open.
            StoreError: it could not be kept.
        """
        self._check_open()
        begun = monotonic()
        try:
            try:
                sequence = await self._store.append(event)
            finally:
                seconds = monotonic() - begun
                self.observers.tell(lambda observer: observer.stored(seconds))
            return await self._kept(event, sequence)
        except asyncio.CancelledError:
            await self._finish(event)
            raise

    @discreet_itself  # very many may wait
    async def wait(
        self, key: Key, until: Until = ENDINGS, *, after: int = 0
    ) -> CallbackEvent:
        """Return the first event of a request that was waited for, past or to come.

        Bound it with `asyncio.timeout`. Once a terminal status has come, later events
        with another status are passed over; and as a request never leaves it, it ends
        every wait for statuses, so that none can wait for what has become impossible.

        Args:
            key: the request's pk, or the correlation of its callback URL.
            until: some statuses (terminal ones always count), or a function.
            after: pass over events up to this sequence number.

        Raises:
            InboxClosedError: the inbox was closed meanwhile.
            InvalidInputError: no callback could ever end it.
        """
        handled = sys.exception()
        try:
            self._check_open()
            check_key(key)
            with self._waiters.waiting(key, until, after=after) as waiter:
                if waiter.offer_all(await self._found(key, after)):
                    return waiter.future.result()
                return self._waiters.woken(waiter, await waiter.future)
        except ANY as error:
            bare_or_empty(error, handled)
            raise

    async def history(
        self, key: Key | None = None, *, after: int = 0, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        """Return the kept events of a request, or of all, in the order of arrival.

        Args:
            after: pass over events up to this sequence number.
            limit: at most so many, the first ones.
        """
        self._check_open()
        check_key(key, or_all=True)
        return await self._store.history(key, after, limit)

    async def last(self) -> int:
        """Return the sequence number of the newest event; 0 if there never was one."""
        self._check_open()
        return await self._store.last()

    async def events(
        self, key: Key | None = None, *, after: int = 0
    ) -> AsyncGenerator[CallbackEvent, None]:
        """Yield the events of a request, or of all: what is kept first, then live.

        An event without a pk is among those of its request from when its correlation
        is bound; one is passed over if a later one was yielded before that.
        """
        check_key(key, or_all=True)
        while True:
            self._check_open()
            anything = self._waiters.waiting(key, lambda _: True, is_told_of=False)
            with anything as waiter:
                found = await self._found(key, after, _AT_ONCE)
                if not found:
                    await waiter.future
            for event in found:
                after = event.sequence
                yield event

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Tell which request a correlation belongs to; its events become the pk's."""
        self._check_open()
        await self._store.bind(correlation, pk)
        for event in await self._store.history(pk):
            self._waiters.publish(attrs.evolve(event, pk=pk))

    async def quarantine(
        self, body: bytes, reason: str, correlation: Correlation | None = None
    ) -> None:
        """Keep a callback that came to a valid URL and could not be read."""
        self._check_open()
        await self._store.quarantine(body, reason, correlation)

    async def quarantined(self, *, after: int = 0) -> Sequence[Quarantined]:
        """Return the callbacks that could not be read, in the order of arrival.

        `oneshot_async.receiver.replay` reads them once more.
        """
        self._check_open()
        return await self._store.quarantined(after)

    async def release(self, number: int) -> None:
        """Forget a callback that could not be read."""
        self._check_open()
        await self._store.release(number)

    async def prune(self, age: timedelta) -> int:
        """Forget events older than this, and return how many there were.

        What somebody waits for in this process stays. A wait elsewhere has seen what is
        there already; one that has yet to begin has not: choose an age beyond which no
        request is waited for. What could not be read and is older goes too: in a store
        that lasts, nothing else bounds it.
        """
        self._check_open()
        before = moment_before(age, "age")
        return await self._store.prune(before, self._waiters.keys())

    def statistics(self) -> InboxStatistics:
        """Return what the inbox holds at this moment."""
        return InboxStatistics(
            waiting=len(self._waiters),
            delivered=self._delivered,
            duplicates=self._duplicates,
        )

    async def _kept(self, event: CallbackEvent, sequence: int | None) -> bool:
        if sequence is None:
            self._duplicates += 1
            await self._tell_again(event)
            return False
        self._delivered += 1
        # Looked up after the event is kept: a binding made in between is then seen
        # here, and one made later will find the event in the history.
        now = datetime.now(UTC)
        kept = attrs.evolve(event, sequence=sequence, received_at=now)
        await self._publisher.publish(kept)
        return True

    async def _finish(self, event: CallbackEvent) -> None:
        """Keep an event whose delivery was cut short, and wake who waits for it."""
        with suppress(StoreError, CallbackRejectedError):
            await self._store.append(event)
            await self._tell_again(event)

    async def _found(
        self, key: Key | None, after: int, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        async with self._looks:
            self._check_open()
            return await self._store.history(key, after, limit)

    def _check_open(self) -> None:
        if not self._open:
            raise InboxClosedError("the inbox is not open: use it with `async with`")
        if self._loop is not asyncio.get_running_loop():
            raise InboxClosedError("the inbox is open in another event loop only")

    async def _tell_again(self, event: CallbackEvent) -> None:
        """Wake who waits for what is kept already: perhaps nobody was told of it.

        Whoever delivered it may have been cancelled, or told of a failure, in between.
        """
        with suppress(StoreError):  # it is kept, and that is what was asked for
            known = await self._publisher.attributed(event)
            key = known.pk or known.correlation
            if key is None or not self._waiters.hear_of(known):
                return
            for kept in await self._store.history(key):
                if kept.dedupe_key == event.dedupe_key:
                    self._waiters.publish(attrs.evolve(kept, pk=known.pk))
