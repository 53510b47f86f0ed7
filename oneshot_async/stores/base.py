"""What an inbox asks of the store behind it."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk

Key = RequestPk | Correlation
"""What events are looked up by: a request's pk, or its correlation until it has one."""


@attrs.frozen(kw_only=True)
class Quarantined:
    """A callback that came to a valid URL and could not be read.

    Attributes:
        number: its place in the quarantine, counted from 1.
        correlation: which request's callback URL it came to, if it was a minted one.
        received_at: when it was put aside, in UTC.
    """

    number: int
    body: bytes = attrs.field(repr=False)
    reason: str
    correlation: Correlation | None
    received_at: datetime


Appended = int | CallbackRejectedError | None
"""An event's number, or what is to be raised of it; None if it is kept already."""


def contradiction() -> CallbackRejectedError:
    """Return what a store raises of an event whose pk and correlation do not agree."""
    return CallbackRejectedError(
        "its pk belongs to another callback URL", reason="contradiction"
    )


class Store(Protocol):
    """Keeps callback events, in the order in which they arrived.

    Everything raises `StoreError` if it cannot be done, and nothing else but for what
    `append` says. A call that is cancelled may have been carried out, and leaves
    nothing half done.
    """

    async def open(self) -> None:
        """Get ready; called once, before anything else."""
        ...

    async def close(self) -> None:
        """Finish what was begun, and let go of everything; called once, at the end."""
        ...

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event and return its sequence number, or None if it is kept already.

        Two events are the same if their `CallbackEvent.dedupe_key` is. Sequence numbers
        grow in the order in which events can be seen: whoever has seen one will never
        find a smaller one later. What is returned is as durable as the store can be.

        Raises:
            CallbackRejectedError: its correlation is bound to another request than its
                pk; nothing is kept, and the reason is ``contradiction``.
        """
        ...

    async def history(
        self, key: Key | None, after: int = 0, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        """Return the events of a request with higher sequence numbers, in their order.

        Each says when it was received. Under a pk that includes events without one
        whose correlation is bound to it; under None it is the events of every request.
        With a limit it is the first so many of them.
        """
        ...

    async def last(self) -> int:
        """Return the highest sequence number that was given so far; 0 if none was."""
        ...

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to; the first binding stays."""
        ...

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to, if that is known."""
        ...

    def changes(self) -> AsyncIterator[CallbackEvent]:
        """Yield what others append to the same store from the moment it was opened.

        In their order, and nothing that was appended through this store object. It goes
        on, through failures of the store too, until it is closed; a store that nobody
        else can append to has none, and ends at once.
        """
        ...

    async def quarantine(
        self, body: bytes, reason: str, correlation: Correlation | None
    ) -> None:
        """Keep what came to a valid callback URL and could not be read."""
        ...

    async def quarantined(self, after: int = 0) -> Sequence[Quarantined]:
        """Return what was put aside under higher numbers, in its order."""
        ...

    async def release(self, number: int) -> None:
        """Forget something that was put aside; one that is not there is no error."""
        ...

    async def prune(self, before: datetime, keep: Collection[Key]) -> int:
        """Forget the events received before a moment, and return how many there were.

        Those of the requests in `keep` stay, whether they are meant by their pk or by
        a correlation. Bindings from before that moment, of no event that is left and of
        no request to keep, are forgotten too; and so is what was put aside before. What
        ends too early has forgotten a part.
        """
        ...
