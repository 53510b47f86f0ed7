"""Futures by request: who waits for which event. No I/O, and this process only."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

import attrs

from .errors import InboxClosedError, InvalidInputError
from .models.callbacks import CallbackEvent
from .models.requests import TERMINAL_STATUSES, RequestStatus
from .observing import Observers
from .stores.base import Key

_KNOWN = frozenset(RequestStatus)
ENDINGS = TERMINAL_STATUSES | {RequestStatus.VIDEOERROR}

Predicate = Callable[[CallbackEvent], bool]
Until = Collection[str] | Predicate
"""What a wait is for: some statuses, or a function that recognises the event."""


def _new_future() -> asyncio.Future[CallbackEvent]:
    return asyncio.get_running_loop().create_future()


@attrs.define(eq=False, weakref_slot=False)
class Waiter:
    """One waiting coroutine: what it is for, and the future that it awaits.

    In its block it is offered every event of its key. Very many may wait at once: each
    is one small object, without closures or generators.
    """

    key: Key | None
    _until: frozenset[str] | Predicate
    _after: int
    _others: "Waiters"
    is_told_of: bool
    future: asyncio.Future[CallbackEvent] = attrs.field(factory=_new_future)
    _ended: CallbackEvent | None = None

    def __enter__(self) -> Self:
        self._others.add(self)
        return self

    def __exit__(self, *_error: object) -> None:
        self._others.remove(self)
        # It also marks an error that nobody fetched as seen.
        self.future.cancel()

    def offer_all(self, events: Iterable[CallbackEvent]) -> bool:
        """Offer events in their order, and tell whether the wait has ended by now."""
        for event in events:
            self.offer(event)
        return self.future.done()

    def offer(self, event: CallbackEvent) -> bool:
        """End the wait if this is the event, and tell whether it is; never raise.

        After a terminal status an event with another one is late, and passed over.
        """
        if self.future.done() or self._is_late(event):
            return False
        if event.status in TERMINAL_STATUSES:
            self._ended = event
        try:
            if event.sequence > self._after and self._is_for(event):
                self.future.set_result(event)
        except StopIteration as error:
            # A future cannot carry this one; a generator would say it like this too.
            self.future.set_exception(RuntimeError(f"the predicate raised {error!r}"))
        except Exception as error:  # noqa: BLE001  # the predicate is the caller's: so is its error
            self.future.set_exception(error)
        return self.future.done()

    def _is_for(self, event: CallbackEvent) -> bool:
        until = self._until
        return until(event) if callable(until) else event.status in until

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
        # Nearly always there is one for a key, and a tuple of one is small.
        self._by_key: dict[Key | None, tuple[Waiter, ...]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    def hear_of(self, event: CallbackEvent) -> bool:
        """Tell whether anybody would be offered an event."""
        return not _keys_of(event).isdisjoint(self._by_key)

    def keys(self) -> set[Key]:
        """Return what is waited for."""
        return {key for key in self._by_key if key is not None}

    def waiting(
        self, key: Key | None, until: Until, *, after: int = 0, is_told_of: bool = True
    ) -> Waiter:
        """Return a waiter; under the key None it is for the events of every request.

        Args:
            is_told_of: tell observers of it.
        """
        wanted = until if callable(until) else _with_endings(until)
        return Waiter(key, wanted, after, self, is_told_of)

    def add(self, waiter: Waiter) -> None:
        """Offer events to a waiter from now on."""
        self._by_key[waiter.key] = (*self._by_key.get(waiter.key, ()), waiter)
        if waiter.is_told_of:
            self._observers.tell(lambda observer: observer.waits(waiter))

    def remove(self, waiter: Waiter) -> None:
        """Offer a waiter no more."""
        waiters = self._by_key[waiter.key]
        place = waiters.index(waiter)
        if others := waiters[:place] + waiters[place + 1 :]:
            self._by_key[waiter.key] = others
        else:
            del self._by_key[waiter.key]
        if waiter.is_told_of:
            self._observers.tell(lambda observer: observer.waited(waiter))

    def publish(self, event: CallbackEvent) -> None:
        """Offer an event to all who wait for its request; never raise."""
        for key in _keys_of(event):
            for waiter in self._by_key.get(key, ()):
                if waiter.offer(event):
                    self._observers.woke(waiter)

    def woken(self, waiter: Waiter, event: CallbackEvent) -> CallbackEvent:
        """Return an event, having told how long it was on its way to who waited."""
        if event.received_at is not None:
            seconds = (datetime.now(UTC) - event.received_at).total_seconds()
            self._observers.tell(lambda each: each.woken(waiter, max(0.0, seconds)))
        return event

    def close(self) -> None:
        """End every wait with `InboxClosedError`."""
        for waiters in self._by_key.values():
            for waiter in waiters:
                if not waiter.future.done():
                    waiter.future.set_exception(InboxClosedError("the inbox closed"))


def check_key(key: Key | None, *, or_all: bool = False) -> None:
    """Refuse what no callback can ever be about.

    Args:
        or_all: None is for all requests.

    Raises:
        InvalidInputError: who waited for it would wait for ever.
    """
    if not (_is_possible(key) or (or_all and key is None)):
        raise InvalidInputError(
            "key: give a request's pk, as a number of 1 or more, or a correlation"
        )


def _is_possible(key: object) -> bool:
    if isinstance(key, str):
        return key != "" and not key.isdecimal()
    return isinstance(key, int) and key is not True and key > 0


def _keys_of(event: CallbackEvent) -> set[Key | None]:
    return {None, event.pk, event.correlation}


def _with_endings(until: Collection[str]) -> frozenset[str]:
    try:
        return _shared(frozenset([until] if isinstance(until, str) else until))
    except TypeError:
        raise InvalidInputError("until: give statuses or a function") from None


@lru_cache
def _shared(statuses: frozenset[str]) -> frozenset[str]:
    """Return one set for all who wait for the same."""
    unknown = statuses - _KNOWN
    if unknown:
        raise InvalidInputError(
            f"until: {', '.join(map(repr, unknown))}: no status that is known here; "
            "for a new one give a function"
        )
    return ENDINGS | statuses
