"""Futures by request: who waits for which event. No I/O, and this process only."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

import attrs

from .errors import InboxClosedError
from .models.callbacks import CallbackEvent
from .models.requests import TERMINAL_STATUSES
from .stores.base import Key

Predicate = Callable[[CallbackEvent], bool]


@attrs.define(eq=False)
class Waiter:
    """One waiting coroutine: what it wants, and the future that it awaits."""

    wants: Predicate
    future: asyncio.Future[CallbackEvent]
    _ended: str | None = None

    def offer(self, event: CallbackEvent) -> None:
        """End the wait if this is the event; never raise.

        After a terminal status an event with another one is late, and passed over.
        """
        if self.future.done() or self._ended not in {None, event.status}:
            return
        if event.status in TERMINAL_STATUSES:
            self._ended = event.status
        try:
            if self.wants(event):
                self.future.set_result(event)
        except Exception as error:  # noqa: BLE001  # the predicate is the caller's: so is its error
            self.future.set_exception(error)

    def abandon(self) -> None:
        """Leave no future behind that nobody awaits."""
        if self.future.done() and not self.future.cancelled():
            self.future.exception()
        self.future.cancel()


class Waiters:
    """Every waiter of this process, by what it waits for."""

    def __init__(self) -> None:
        self._by_key: dict[Key, set[Waiter]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))

    @contextmanager
    def waiting(self, key: Key, wants: Predicate) -> Generator[Waiter, None, None]:
        """Have a waiter that is offered every event of a key, until the block ends."""
        waiter = Waiter(wants, asyncio.get_running_loop().create_future())
        waiters = self._by_key.setdefault(key, set())
        waiters.add(waiter)
        try:
            yield waiter
        finally:
            waiters.discard(waiter)
            waiter.abandon()
            if not waiters:
                self._by_key.pop(key, None)

    def publish(self, event: CallbackEvent) -> None:
        """Offer an event to all who wait for its request; never raise."""
        for key in (event.pk, event.correlation):
            if key is not None:
                for waiter in self._by_key.get(key, ()):
                    waiter.offer(event)

    def close(self) -> None:
        """End every wait with `InboxClosedError`."""
        for waiters in self._by_key.values():
            for waiter in waiters:
                if not waiter.future.done():
                    waiter.future.set_exception(InboxClosedError("the inbox closed"))
