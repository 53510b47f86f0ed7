"""Doing the same again and again, so many at once."""

import asyncio
from collections.abc import Awaitable, Callable

from worker import Work


def repeated(do: Callable[[], Awaitable[None]]) -> Work:
    """Return work that does something so often."""

    async def one_after_another(count: int) -> None:
        for _ in range(count):
            await do()

    async def work(count: int, at_once: int = 1) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another(count // at_once))

    return work
