"""Very many who wait, each for a request of its own."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import count, islice
from typing import Any

import psutil
from worker import Work

from oneshot_async import CallbackEvent, Inbox, RequestPk

_KEPT = RequestPk(2**40)
_STRIDE = 7919
"""A prime, so that every one of 10ⁿ comes once."""


@asynccontextmanager
async def opened(store: str = "memory:") -> AsyncGenerator[Inbox, None]:
    """Open an inbox, so that `all_wait` tells when all wait."""
    async with Inbox(store) as inbox:
        await inbox.deliver(CallbackEvent(pk=_KEPT, status="ISSUED"))
        yield inbox


async def all_wait(inbox: Inbox) -> None:
    """Return when all that were told to wait have found nothing and only wait."""
    await asyncio.sleep(0)  # they have begun
    await inbox.wait(_KEPT)  # they look one after another: this is the last one


@asynccontextmanager
async def oneshot() -> AsyncGenerator[Work, None]:
    """`Inbox.wait`, and a delivery that resolves it."""
    async with opened() as inbox:

        async def resolve(pk: int) -> None:
            await inbox.deliver(CallbackEvent(pk=RequestPk(pk), status="ISSUED"))

        def wait(pk: int) -> Coroutine[Any, Any, object]:
            return inbox.wait(RequestPk(pk))

        yield _work(wait, lambda: all_wait(inbox), resolve)
        os._exit(0)  # a million that still wait would be long about ending


@asynccontextmanager
async def bare() -> AsyncGenerator[Work, None]:
    """A future for each in a dict."""
    futures: dict[int, asyncio.Future[int]] = {}

    async def wait(pk: int) -> int:
        futures[pk] = asyncio.get_running_loop().create_future()
        try:
            return await futures[pk]
        finally:
            del futures[pk]

    async def resolve(pk: int) -> None:
        futures[pk].set_result(pk)

    yield _work(wait, lambda: asyncio.sleep(0), resolve)


def _work(
    wait: Callable[[int], Coroutine[Any, Any, object]],
    all_begun: Callable[[], Coroutine[Any, Any, None]],
    resolve: Callable[[int], Coroutine[Any, Any, None]],
) -> Work:
    tasks: list[asyncio.Task[object]] = []
    numbers = count(1)

    async def work(waiting: int = 0, resolved: int = 0) -> dict[str, Any]:
        """Have so many wait, or resolve so many of them, far from each other."""
        before = psutil.Process().memory_info().rss
        tasks.extend(asyncio.create_task(wait(pk)) for pk in range(waiting))
        if waiting:
            await all_begun()
        chosen = [number * _STRIDE % len(tasks) for number in islice(numbers, resolved)]
        for pk in chosen:
            await resolve(pk)
        await asyncio.gather(*(tasks[pk] for pk in chosen))
        return {"bytes": psutil.Process().memory_info().rss - before}

    return work
