"""What an inbox asks of the store behind it."""

from collections.abc import Sequence
from typing import Protocol

from oneshot_async.callback_urls import Correlation
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk

Key = RequestPk | Correlation
"""What events are looked up by: a request's pk, or its correlation until it has one."""


class Store(Protocol):
    """Keeps callback events, in the order in which they arrived.

    Everything raises `StoreError` and nothing else if it cannot be done.
    """

    async def open(self) -> None:
        """Get ready; called once, before anything else."""
        ...

    async def close(self) -> None:
        """Let go of everything; called once, after anything else."""
        ...

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event and return its sequence number, or None if it is kept already.

        Two events are the same if their `CallbackEvent.dedupe_key` is.
        """
        ...

    async def history(self, key: Key | None, after: int = 0) -> Sequence[CallbackEvent]:
        """Return the events of a request with higher sequence numbers, in their order.

        Under a pk that includes events without one whose correlation is bound to it;
        under None it is the events of every request.
        """
        ...

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to; the first binding stays."""
        ...

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to, if that is known."""
        ...

    async def quarantine(self, body: bytes, reason: str) -> None:
        """Keep what came to a valid callback URL and could not be read."""
        ...
