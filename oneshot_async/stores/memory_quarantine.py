"""What could not be read, in this process's memory."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

from oneshot_async.callback_urls import Correlation

from .base import Quarantined

# An empty body takes some memory too.
_BESIDE_THE_BODY = 500


class MemoryQuarantine:
    """Keeps the newest bodies only.

    Args:
        limit: how many.
        size: how many bytes of memory they may take together.
    """

    def __init__(self, limit: int, size: int) -> None:
        self._limit = limit
        self._most = size
        self._size = 0
        self._last = 0
        self._bodies = OrderedDict[int, Quarantined]()

    def __len__(self) -> int:
        return len(self._bodies)

    def add(self, body: bytes, reason: str, correlation: Correlation | None) -> None:
        """Keep a body; the oldest ones make room."""
        self._last += 1
        kept = Quarantined(
            number=self._last,
            body=body,
            reason=reason,
            correlation=correlation,
            received_at=datetime.now(UTC),
        )
        self._bodies[kept.number] = kept
        self._size += _size_of(kept)
        while len(self._bodies) > self._limit or self._size > self._most:
            self.forget(next(iter(self._bodies)))

    def after(self, number: int) -> Sequence[Quarantined]:
        """Return what is kept under higher numbers."""
        return [kept for kept in self._bodies.values() if kept.number > number]

    def forget(self, number: int) -> None:
        """Forget a body, if it is kept."""
        if number in self._bodies:
            self._size -= _size_of(self._bodies.pop(number))

    def prune(self, before: datetime) -> None:
        """Forget what was put aside before a moment."""
        bodies = self._bodies.values()
        for number in [kept.number for kept in bodies if kept.received_at < before]:
            self.forget(number)


def _size_of(quarantined: Quarantined) -> int:
    return _BESIDE_THE_BODY + len(quarantined.body)
