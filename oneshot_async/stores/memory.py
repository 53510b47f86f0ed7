"""A bounded store in this process's memory: for tests and throwaway scripts."""

from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import UTC, datetime
from heapq import merge
from itertools import chain, takewhile

import attrs

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk

from .base import Key, Quarantined, contradiction
from .memory_quarantine import MemoryQuarantine
from .sizes import size_of

_MIB = 1024 * 1024
_QUARANTINE = 16 * _MIB


@attrs.frozen(eq=False)
class _Kept:
    """An event; what the store adds is put into it when somebody asks for it."""

    event: CallbackEvent
    sequence: int
    received_at: datetime
    size: int

    def whole(self) -> CallbackEvent:
        return attrs.evolve(
            self.event, sequence=self.sequence, received_at=self.received_at
        )


@attrs.frozen
class _Binding:
    pk: RequestPk
    made_at: datetime


class MemoryStore:
    """Keeps the newest events only; all of them are gone when the process ends.

    However many callbacks come, it takes a bounded part of the memory. What is too much
    makes room from the oldest on: first of the request that has too many events, so
    that a flood about one pushes out no other's; then of all. At most 16 MiB of bodies
    that could not be read are kept beside.

    Args:
        limit: how many events, and how many bindings, are kept.
        per_request: how many events of one request, or of one callback URL; those that
            name neither count as one request.
        size: how many bytes of memory the events may take, about.
    """

    def __init__(
        self,
        limit: int = 100_000,
        *,
        per_request: int = 1_000,
        size: int = 256 * _MIB,
    ) -> None:
        if min(limit, per_request, size) < 1:
            raise InvalidInputError("limit, per_request and size must be at least 1")
        self._limit = limit
        self._per_request = per_request
        self._most = size
        self._size = 0
        self._last = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._of: defaultdict[Key | None, list[_Kept]] = defaultdict(list)
        self._bindings: OrderedDict[Correlation, _Binding] = OrderedDict()
        self._correlations_of = defaultdict[RequestPk, set[Correlation]](set)
        self._quarantine = MemoryQuarantine(limit, _QUARANTINE)

    def __len__(self) -> int:
        return len(self._kept)

    async def open(self) -> None:
        """Do nothing: memory is ready."""

    async def close(self) -> None:
        """Do nothing: memory needs no closing, and may be opened again."""

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event unless it is kept already."""
        if self._contradicts(event):
            raise contradiction()
        key = event.dedupe_key
        if key in self._kept:
            return None
        self._last += 1
        kept = _Kept(event, self._last, datetime.now(UTC), size_of(event))
        self._kept[key] = kept
        self._size += kept.size
        for index in _indexes(event):
            self._of[index].append(kept)
        self._make_room(event)
        return self._last

    async def history(
        self, key: Key | None, after: int = 0, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        """Return what is kept of a request, or of all, in the order of arrival."""
        found = self._since(after) if key is None else self._of_request(key, after)
        return [kept.whole() for kept in found[:limit]]

    async def last(self) -> int:
        """Return the highest sequence number that was given so far."""
        return self._last

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to."""
        if correlation in self._bindings:
            return
        self._bindings[correlation] = _Binding(pk, datetime.now(UTC))
        self._correlations_of[pk].add(correlation)
        if len(self._bindings) > self._limit:
            self._forget_binding(next(iter(self._bindings)))

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to."""
        return self._pk_of(correlation)

    async def changes(self) -> AsyncIterator[CallbackEvent]:
        """Yield nothing: nobody else reaches this memory."""
        no_others: tuple[CallbackEvent, ...] = ()
        for event in no_others:
            yield event

    async def quarantine(
        self, body: bytes, reason: str, correlation: Correlation | None
    ) -> None:
        """Keep an unreadable body, as long as there is room."""
        self._quarantine.add(body, reason, correlation)

    async def quarantined(self, after: int = 0) -> Sequence[Quarantined]:
        """Return what is still put aside."""
        return self._quarantine.after(after)

    async def release(self, number: int) -> None:
        """Forget one body that was put aside."""
        self._quarantine.forget(number)

    async def prune(self, before: datetime, keep: Collection[Key]) -> int:
        """Forget what was received before a moment, but for the requests to keep."""
        wanted = self._all_keys_of(keep)
        old = [
            dedupe_key
            for dedupe_key, kept in self._kept.items()
            if kept.received_at < before and wanted.isdisjoint(_indexes(kept.event))
        ]
        for dedupe_key in old:
            self._forget(dedupe_key)
        used = {*wanted, *self._of}
        unused = [
            correlation
            for correlation, binding in self._bindings.items()
            if binding.made_at < before and correlation not in used
        ]
        for correlation in unused:
            self._forget_binding(correlation)
        self._quarantine.prune(before)
        return len(old)

    def _contradicts(self, event: CallbackEvent) -> bool:
        if event.pk is None or event.correlation is None:
            return False
        return self._pk_of(event.correlation) not in {None, event.pk}

    def _since(self, after: int) -> Sequence[_Kept]:
        newest = reversed(self._kept.values())
        return [*takewhile(lambda kept: kept.sequence > after, newest)][::-1]

    def _of_request(self, key: Key, after: int) -> Sequence[_Kept]:
        found: list[Iterable[_Kept]] = [self._of.get(key, ())]
        if isinstance(key, int):
            bound = self._correlations_of.get(key, ())
            found += [self._without_pk(correlation) for correlation in bound]
        in_order = merge(*found, key=lambda kept: kept.sequence)
        return [kept for kept in in_order if kept.sequence > after]

    def _without_pk(self, correlation: Correlation) -> Iterable[_Kept]:
        return [kept for kept in self._of.get(correlation, ()) if kept.event.pk is None]

    def _pk_of(self, correlation: Correlation) -> RequestPk | None:
        binding = self._bindings.get(correlation)
        return None if binding is None else binding.pk

    def _all_keys_of(self, keys: Collection[Key]) -> set[Key]:
        """Return all that the requests meant by some keys go by."""
        named = (key if isinstance(key, int) else self._pk_of(key) for key in keys)
        pks = {pk for pk in named if pk is not None}
        bound = (self._correlations_of.get(pk, ()) for pk in pks)
        return {*keys, *pks, *chain.from_iterable(bound)}

    def _make_room(self, newest: CallbackEvent) -> None:
        for index in _indexes(newest):
            of_request = self._of[index]
            if len(of_request) > self._per_request:
                self._forget(of_request[0].event.dedupe_key)
        while len(self._kept) > self._limit or self._size > self._most:
            self._forget(next(iter(self._kept)))

    def _forget_binding(self, correlation: Correlation) -> None:
        pk = self._bindings.pop(correlation).pk
        self._correlations_of[pk].discard(correlation)
        if not self._correlations_of[pk]:
            del self._correlations_of[pk]

    def _forget(self, dedupe_key: str) -> None:
        forgotten = self._kept.pop(dedupe_key)
        self._size -= forgotten.size
        for index in _indexes(forgotten.event):
            of_index = self._of[index]
            of_index.remove(forgotten)
            if not of_index:
                del self._of[index]


def _indexes(event: CallbackEvent) -> list[Key | None]:
    named = [key for key in (event.pk, event.correlation) if key is not None]
    return [*named] or [None]
