"""Who is woken by what another keeps, in this process or in another one."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from waiting import all_wait, opened
from worker import Work

from oneshot_async import CallbackEvent, RequestPk

_LONGEST_PAUSE = 0.02
_TABLE = """CREATE TABLE IF NOT EXISTS
bare (channel text, pk bigint, PRIMARY KEY (channel, pk))"""
_TELL = """WITH kept AS (INSERT INTO bare VALUES ($1, $2) RETURNING *)
SELECT pg_notify(channel, pk::text) FROM kept"""
_ROW = "SELECT * FROM bare WHERE channel = $1 AND pk = $2"

Tell = Callable[[int], Awaitable[object]]
Wait = Callable[[int], Awaitable[object]]


@asynccontextmanager
async def oneshot() -> AsyncGenerator[Work, None]:
    """`Inbox.deliver` and `Inbox.wait` in one process."""
    async with opened() as inbox:
        yield _in_process(lambda pk: inbox.deliver(_event(pk)), inbox.wait)


@asynccontextmanager
async def bare() -> AsyncGenerator[Work, None]:
    """A future in a dict."""
    futures: dict[int, asyncio.Future[int]] = {}

    async def tell(pk: int) -> None:
        futures[pk].set_result(pk)

    yield _in_process(tell, _by_future(futures))


@asynccontextmanager
async def oneshot_tells(store: str) -> AsyncGenerator[Work, None]:
    """`Inbox.deliver`, which returns when the event is committed."""
    async with opened(store) as inbox:
        yield _telling(lambda pk: inbox.deliver(_event(pk)))


@asynccontextmanager
async def oneshot_waits(store: str) -> AsyncGenerator[Work, None]:
    """`Inbox.wait` for what another process keeps."""
    async with opened(store) as inbox:
        yield _waiting(inbox.wait, lambda: all_wait(inbox))


@asynccontextmanager
async def bare_tells(database: str, channel: str) -> AsyncGenerator[Work, None]:
    """A row and its NOTIFY, in one statement."""
    connection = await asyncpg.connect(database)
    await connection.execute(_TABLE)

    async def tell(pk: int) -> None:
        await connection.fetchval(_TELL, channel, pk)

    yield _telling(tell)
    await connection.close()


@asynccontextmanager
async def bare_waits(
    database: str, channel: str, reads: str
) -> AsyncGenerator[Work, None]:
    """LISTEN and a future; then the row, if it is to be read."""
    listening = await asyncpg.connect(database)
    reading = await asyncpg.create_pool(database)
    futures: dict[int, asyncio.Future[int]] = {}
    by_future = _by_future(futures)

    def heard(*told: Any) -> None:
        futures[int(told[-1])].set_result(0)

    async def wait(pk: int) -> object:
        await by_future(pk)
        return reads and await reading.fetchrow(_ROW, channel, pk)

    await listening.add_listener(channel, heard)
    yield _waiting(wait, lambda: asyncio.sleep(0))
    await listening.close()
    await reading.close()


def _event(pk: int) -> CallbackEvent:
    return CallbackEvent(pk=RequestPk(pk), status="ISSUED")


def _by_future(futures: dict[int, asyncio.Future[int]]) -> Wait:
    async def wait(pk: int) -> int:
        futures[pk] = asyncio.get_running_loop().create_future()
        return await futures[pk]

    return wait


async def _resumed(wait: Awaitable[object]) -> float:
    await wait
    return time.perf_counter()


def _in_process(tell: Tell, wait: Callable[[Any], Awaitable[object]]) -> Work:
    """Return work whose moments are those before telling and after waiting."""

    async def work(first: int, count: int) -> dict[str, Any]:
        told: list[float] = []
        resumed: list[float] = []
        for pk in range(first, first + count):
            waiting = asyncio.create_task(_resumed(wait(pk)))
            await asyncio.sleep(0)
            told.append(time.perf_counter())
            await tell(pk)
            resumed.append(await waiting)
        return {"told": told, "resumed": resumed}

    return work


def _telling(tell: Tell) -> Work:
    """Return work whose moments are those after telling: it is committed then."""

    async def work(first: int, count: int) -> dict[str, Any]:
        told: list[float] = []
        for pk in range(first, first + count):
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311  # no secret
            await tell(pk)
            told.append(time.perf_counter())
        return {"told": told}

    return work


def _waiting(
    wait: Callable[[Any], Awaitable[object]], all_wait: Callable[[], Awaitable[object]]
) -> Work:
    tasks: list[asyncio.Task[float]] = []

    async def work(first: int = 0, count: int = 0) -> dict[str, Any]:
        """Have so many wait; or return when they were resumed."""
        if not count:
            return {"resumed": await asyncio.gather(*tasks)}
        pks = range(first, first + count)
        tasks[:] = [asyncio.create_task(_resumed(wait(pk))) for pk in pks]
        await all_wait()
        return {}

    return work
