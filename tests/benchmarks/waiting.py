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

_STRIDE = 7919
"""A prime, so that every one of 10ⁿ comes once."""


@asynccontextmanager
async def oneshot() -> AsyncGenerator[Work, None]:
    """`Inbox.wait`, and a delivery that resolves it."""
    async with Inbox() as inbox:

        async def resolve(pk: int) -> None:
            await inbox.deliver(CallbackEvent(pk=RequestPk(pk), status="ISSUED"))

        kept = RequestPk(2**40)
        await resolve(kept)

        async def all_wait() -> None:
            await asyncio.sleep(0)  # all have begun
            await inbox.wait(kept)  # and who comes last has let all others look

        yield _work(lambda pk: inbox.wait(RequestPk(pk)), all_wait, resolve)
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

    async def all_wait() -> None:
        await asyncio.sleep(0)

    async def resolve(pk: int) -> None:
        futures[pk].set_result(pk)

    yield _work(wait, all_wait, resolve)


def _work(
    wait: Callable[[int], Coroutine[Any, Any, object]],
    all_wait: Callable[[], Coroutine[Any, Any, None]],
    resolve: Callable[[int], Coroutine[Any, Any, None]],
) -> Work:
    tasks: list[asyncio.Task[object]] = []
    numbers = count(1)

    async def work(waiting: int = 0, resolved: int = 0) -> dict[str, Any]:
        """Have so many wait, or resolve so many of them, far from each other."""
        before = psutil.Process().memory_info().rss
        tasks.extend(asyncio.create_task(wait(pk)) for pk in range(waiting))
        if waiting:
            await all_wait()
        chosen = [number * _STRIDE % len(tasks) for number in islice(numbers, resolved)]
        for pk in chosen:
            await resolve(pk)
        await asyncio.gather(*(tasks[pk] for pk in chosen))
        return {"bytes": psutil.Process().memory_info().rss - before}

    return work
