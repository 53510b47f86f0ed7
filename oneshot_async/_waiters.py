"""Futures by request: who waits for which event. No I/O, and this process only."""

import asyncio
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import attrs

from .errors import InboxClosedError
from .models.callbacks import CallbackEvent
from .models.requests import TERMINAL_STATUSES, RequestStatus
from .observing import Observers
from .stores.base import Key

ENDINGS = TERMINAL_STATUSES | {RequestStatus.VIDEOERROR}

Predicate = Callable[[CallbackEvent], bool]
Until = Collection[str] | Predicate
"""What a wait is for: some statuses, or a function that recognises the event."""


@attrs.define(eq=False)
class Waiter:
    """One waiting coroutine: what it wants, and the future that it awaits."""

    wants: Predicate
    future: asyncio.Future[CallbackEvent]
    _ended: CallbackEvent | None = None

    def offer(self, event: CallbackEvent) -> bool:
        """End the wait if this is the event, and tell whether it is; never raise.

        After a terminal status an event with another one is late, and passed over.
        """
        if self.future.done() or self._is_late(event):
            return False
        if event.status in TERMINAL_STATUSES:
            self._ended = event
        try:
            if self.wants(event):
                self.future.set_result(event)
        except StopIteration as error:
            # A future cannot carry this one; a generator would say it like this too.
            self.future.set_exception(RuntimeError(f"the predicate raised {error!r}"))
        except Exception as error:  # noqa: BLE001  # the predicate is the caller's: so is its error
            self.future.set_exception(error)
        return self.future.done()

    def _is_late(self, event: CallbackEvent) -> bool:
        ended = self._ended
        if ended is None or event.status == ended.status:
            return False
        # What is kept may be offered after what came meanwhile, and is not late then.
        return event.sequence > ended.sequence


class Waiters:
    """Every waiter of this process, by what it waits for."""

    def __init__(self, observers: Observers | None = None) -> None:
        self._observers = observers or Observers()
        self._by_key: dict[Key | None, set[Waiter]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    def hear_of(self, event: CallbackEvent) -> bool:
        """Tell whether anybody would be offered an event."""
        return not _keys_of(event).isdisjoint(self._by_key)

    def keys(self) -> set[Key]:
        """Return what is waited for."""
        return {key for key in self._by_key if key is not None}

    @contextmanager
    def waiting(
        self, key: Key | None, wants: Predicate
    ) -> Generator[Waiter, None, None]:
        """Have a waiter that is offered every event of a key, until the block ends.

        Under None it is offered the events of every request.
        """
        waiter = Waiter(wants, asyncio.get_running_loop().create_future())
        waiters = self._by_key.setdefault(key, set())
        waiters.add(waiter)
        try:
            yield waiter
        finally:
            waiters.discard(waiter)
            # It also marks an error that nobody fetched as seen.
            waiter.future.cancel()
            if not waiters:
                self._by_key.pop(key, None)

    def publish(self, event: CallbackEvent) -> None:
        """Offer an event to all who wait for its request; never raise."""
        for key in _keys_of(event):
            for waiter in self._by_key.get(key, ()):
                if waiter.offer(event):
                    self._observers.woke(waiter)

    async def woken(self, waiter: Waiter) -> CallbackEvent:
        """Return what a waiter waits for, and tell how long it was on its way."""
        was_there = waiter.future.done()
        event = await waiter.future
        if event.received_at is not None and not was_there:
            seconds = (datetime.now(UTC) - event.received_at).total_seconds()
            self._observers.tell(lambda each: each.woken(waiter, max(0.0, seconds)))
        return event

    def close(self) -> None:
        """End every wait with `InboxClosedError`."""
        for waiters in self._by_key.values():
            for waiter in waiters:
                if not waiter.future.done():
                    waiter.future.set_exception(InboxClosedError("the inbox closed"))


def _keys_of(event: CallbackEvent) -> set[Key | None]:
    return {None, event.pk, event.correlation}


def wanted(until: Until, after: int) -> Predicate:
    """Return what recognises an event that a wait is for."""
    if callable(until):
        return lambda event: event.sequence > after and until(event)
    statuses = ENDINGS.union([until] if isinstance(until, str) else until)
    return lambda event: event.sequence > after and event.status in statuses
