"""Shows the callbacks that an inbox keeps, as they come."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import attrs

from oneshot_async.errors import StoreError
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent, Certificate
from oneshot_async.models.requests import RequestPk

from .running import beside

_TRY_AGAIN = 1.0
"""Seconds between two looks at a store that fails."""

_log = logging.getLogger("oneshot_async.cli")

Show = Callable[[CallbackEvent], None]
"""Shows one callback."""


@asynccontextmanager
async def showing(inbox: Inbox, show: Show) -> AsyncGenerator[None, None]:
    """Show every callback that is kept while the block runs."""
    async with showing_new(inbox, show) as shown, beside(shown.follow()):
        yield


@asynccontextmanager
async def showing_new(inbox: Inbox, show: Show) -> AsyncGenerator["Shown", None]:
    """Show every callback that is kept while the block runs, at its end at the latest.

    Follow what it gives to have them shown as they come.
    """
    shown = Shown(inbox, show, last=await inbox.last())
    try:
        yield shown
    finally:
        await shown.rest()


@attrs.define
class Shown:
    """Shows callbacks, of one request or all, each once and in their order."""

    inbox: Inbox
    show: Show
    key: RequestPk | None = None
    last: int = 0

    async def follow(self) -> None:
        """Show what is kept, then what comes, through failures of the store."""
        while True:
            try:
                async for event in self.inbox.events(self.key, after=self.last):
                    self._next(event)
            except StoreError as error:
                _log.warning("callbacks are shown late: %s", error)
                await asyncio.sleep(_TRY_AGAIN)

    async def rest(self) -> None:
        """Show what is kept by now."""
        for event in await self.inbox.history(self.key, after=self.last):
            self._next(event)

    def _next(self, event: CallbackEvent) -> None:
        self.last = event.sequence
        self.show(event)


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


def _certificate(certificate: Certificate) -> Mapping[str, object]:
    return {
        "status": certificate.status,
        "serial_number": certificate.serial_number,
        "valid_from": _written(certificate.valid_from),
        "valid_to": _written(certificate.valid_to),
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
