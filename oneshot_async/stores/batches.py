"""Gathers what comes while one trip to a database is under way into the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import attrs

from oneshot_async.errors import OneShotError, StoreError

T = TypeVar("T")
R = TypeVar("R")


@attrs.define
class _Item(Generic[T, R]):
    value: T
    written: asyncio.Future[R]


class Batches(Generic[T, R]):
    """Writes single values in batches, each as soon as the one before is done.

    So that a lone value does not wait, and many at once share one commit. What is only
    looked up shares its trips in the same way.

    Args:
        write: writes some values, all or none, and returns a result for each, or what
            is to be raised for it alone; raises `StoreError` and nothing else.
        most: how many values at a time.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[Sequence[R | OneShotError]]],
        most: int = 500,
    ) -> None:
        self._write = write
        self._most = most
        self._items: deque[_Item[T, R]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def add(self, value: T) -> R:
        """Return when a value is written; if that is cancelled, it is written still.

        Raises:
            StoreError: it is not.
        """
        item = _Item[T, R](value, asyncio.get_running_loop().create_future())
        self._items.append(item)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await item.written

    async def ended(self) -> None:
        """Wait until everything is written, or told to have failed."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        try:
            while self._items:
                await self._write_batch(self._next())
        finally:
            self._writing = None

    def _next(self) -> Sequence[_Item[T, R]]:
        count = min(len(self._items), self._most)
        return [self._items.popleft() for _ in range(count)]

    async def _write_batch(self, batch: Sequence[_Item[T, R]]) -> None:
        try:
            results = await self._write([item.value for item in batch])
        except Exception as error:  # noqa: BLE001  # or somebody would wait for ever
            reason = (
                str(error) if isinstance(error, StoreError) else type(error).__name__
            )
            for item in batch:
                # One for each: an exception that is raised twice mixes its tracebacks.
                _end(item, StoreError(reason))
        else:
            for item, result in zip(batch, results, strict=True):
                _end(item, result)


def _end(item: _Item[T, R], outcome: R | OneShotError) -> None:
    if item.written.done():
        return  # who asked has gone
    if isinstance(outcome, OneShotError):
        item.written.set_exception(outcome)
    else:
        item.written.set_result(outcome)
