"""A bounded store in this process's memory: for tests and throwaway scripts."""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Sequence
from heapq import merge
from itertools import takewhile

import attrs

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk

from .base import Key


@attrs.frozen
class Quarantined:
    """A callback body that could not be read, and why."""

    body: bytes = attrs.field(repr=False)
    reason: str


class MemoryStore:
    """Keeps the newest events only; all of them are gone when the process ends.

    Args:
        limit: how many events, and how many bindings, are kept; beyond it the oldest
            one makes room.
    """

    def __init__(self, limit: int = 100_000) -> None:
        if limit < 1:
            raise InvalidInputError("limit must be at least 1")
        self._limit = limit
        self._last = 0
        self._kept: OrderedDict[str, CallbackEvent] = OrderedDict()
        self._of: defaultdict[Key, deque[CallbackEvent]] = defaultdict(deque)
        self._pk_of: OrderedDict[Correlation, RequestPk] = OrderedDict()
        self._correlations_of = defaultdict[RequestPk, set[Correlation]](set)
        self.quarantined: deque[Quarantined] = deque(maxlen=limit)

    def __len__(self) -> int:
        return len(self._kept)

    async def open(self) -> None:
        """Do nothing: memory is ready."""

    async def close(self) -> None:
        """Do nothing: memory needs no closing, and may be opened again."""

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event unless it is kept already."""
        key = event.dedupe_key
        if key in self._kept:
            return None
        self._last += 1
        kept = attrs.evolve(event, sequence=self._last)
        self._kept[key] = kept
        for index in _indexes(kept):
            self._of[index].append(kept)
        if len(self._kept) > self._limit:
            self._forget_oldest()
        return self._last

    async def history(self, key: Key | None, after: int = 0) -> Sequence[CallbackEvent]:
        """Return what is kept of a request, or of all, in the order of arrival."""
        if key is None:
            return self._since(after)
        found: list[Iterable[CallbackEvent]] = [self._of.get(key, ())]
        if isinstance(key, int):
            bound = self._correlations_of.get(key, ())
            found += [self._without_pk(correlation) for correlation in bound]
        in_order = merge(*found, key=lambda event: event.sequence)
        return [event for event in in_order if event.sequence > after]

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to."""
        if correlation in self._pk_of:
            return
        self._pk_of[correlation] = pk
        self._correlations_of[pk].add(correlation)
        if len(self._pk_of) > self._limit:
            self._forget_oldest_binding()

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to."""
        return self._pk_of.get(correlation)

    async def quarantine(self, body: bytes, reason: str) -> None:
        """Keep an unreadable body, as long as there is room."""
        self.quarantined.append(Quarantined(body, reason))

    def _since(self, after: int) -> Sequence[CallbackEvent]:
        newest = reversed(self._kept.values())
        return [*takewhile(lambda event: event.sequence > after, newest)][::-1]

    def _without_pk(self, correlation: Correlation) -> Iterable[CallbackEvent]:
        return [event for event in self._of.get(correlation, ()) if event.pk is None]

    def _forget_oldest_binding(self) -> None:
        correlation, pk = self._pk_of.popitem(last=False)
        self._correlations_of[pk].discard(correlation)
        if not self._correlations_of[pk]:
            del self._correlations_of[pk]

    def _forget_oldest(self) -> None:
        _, oldest = self._kept.popitem(last=False)
        for index in _indexes(oldest):
            of_index = self._of[index]
            of_index.popleft()
            if not of_index:
                del self._of[index]


def _indexes(event: CallbackEvent) -> list[Key]:
    return [key for key in (event.pk, event.correlation) if key is not None]
