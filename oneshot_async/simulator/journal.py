"""An append-only record of what happened, which one can wait on."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Journal(Sequence[T]):
    """A sequence that only grows; `wait` returns an entry that may yet have to come."""

    def __init__(self) -> None:
        self._entries: list[T] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._entries[index]

    def __repr__(self) -> str:
        return f"Journal({self._entries!r})"

    def append(self, entry: T) -> None:
        """Write an entry down and wake whoever waits for one."""
        self._entries.append(entry)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, wanted: Callable[[T], bool], *, skip: int = 0) -> T:
        """Return the first wanted entry after `skip` others, as soon as it is there."""
        while True:
            found = [entry for entry in self._entries if wanted(entry)]
            if len(found) > skip:
                return found[skip]
            await self._growth()

    async def _growth(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
