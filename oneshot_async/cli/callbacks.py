"""Shows the callbacks that an inbox keeps, as they come."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import attrs

from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent, Certificate

from .running import beside

Show = Callable[[CallbackEvent], None]
"""Shows one callback."""


@asynccontextmanager
async def showing(inbox: Inbox, show: Show) -> AsyncGenerator[None, None]:
    """Show every callback that is kept from now on until the block ends."""
    shown = _Shown(inbox, show, await inbox.last())
    try:
        async with beside(shown.follow()):
            yield
    finally:
        await shown.rest()


def fields_of(event: CallbackEvent) -> Mapping[str, object]:
    """Return a callback for machines, without its raw payload."""
    return {
        "pk": event.pk,
        "status": event.status,
        "event_type": event.event_type,
        "previous_status": event.previous_status,
        "occurred_at": _written(event.occurred_at),
        "certificates": [_certificate(one) for one in event.certificates],
        "sequence": event.sequence,
    }


def words_of(event: CallbackEvent) -> str:
    """Return a callback for people."""
    about = f"request {event.pk}" if event.pk else "a request"
    was = event.previous_status and f"was {event.previous_status}"
    more = ", ".join(filter(None, [event.event_type, was]))
    return f"callback: {about} is {event.status}" + (f" ({more})" if more else "")


@attrs.define
class _Shown:
    inbox: Inbox
    show: Show
    last: int

    async def follow(self) -> None:
        async for event in self.inbox.events(after=self.last):
            self._next(event)

    async def rest(self) -> None:
        for event in await self.inbox.history(after=self.last):
            self._next(event)

    def _next(self, event: CallbackEvent) -> None:
        self.last = event.sequence
        self.show(event)


def _certificate(certificate: Certificate) -> Mapping[str, object]:
    return {
        "status": certificate.status,
        "serial_number": certificate.serial_number,
        "valid_from": _written(certificate.valid_from),
        "valid_to": _written(certificate.valid_to),
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
