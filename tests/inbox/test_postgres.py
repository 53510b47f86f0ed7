"""Inboxes of several processes on one PostgreSQL database."""

import asyncio
import sys

import pytest

from oneshot_async import Inbox
from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError


@pytest.fixture
async def receiving(postgres_url):
    async with Inbox(postgres_url) as inbox:
        yield inbox


@pytest.fixture
async def elsewhere(postgres_url, receiving, event):
    """An inbox that finds one event in the history, and is told of later ones."""
    await receiving.deliver(event("CREATED"))
    async with Inbox(postgres_url) as inbox:
        yield inbox


@pytest.fixture
async def waiting(elsewhere):
    """A wait in the other inbox that has looked into the history of its request."""
    looked = asyncio.Event()

    def until(seen):
        looked.set()
        return seen.status == "ISSUED"

    task = asyncio.create_task(elsewhere.wait(7, until))
    await looked.wait()
    yield task
    task.cancel()
    await asyncio.wait([task])


async def delivered(inbox, event):
    """Deliver as One-Shot would: again, if it was refused."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await inbox.deliver(event)
            except StoreError:
                await asyncio.sleep(0.05)


async def result(task):
    async with asyncio.timeout(20):
        return await task


async def test_event_wakes_who_waits_elsewhere(receiving, waiting, event):
    """What one inbox receives ends a wait in another."""
    await receiving.deliver(event("ISSUED"))

    assert (await result(waiting)).status == "ISSUED"


async def test_correlation_that_is_bound_elsewhere_wakes(
    receiving, elsewhere, waiting, event
):
    """An event without a pk finds who waits for the pk that its URL was minted for."""
    correlation = Correlation("one")
    await elsewhere.bind(correlation, 7)
    await receiving.deliver(event("ISSUED", pk=None, correlation=correlation))

    assert (await result(waiting)).pk == 7


async def test_restart_of_the_server_loses_no_event(
    postgres_server, receiving, waiting, event
):
    """A wait goes on through a restart, and ends with what came after it."""
    await asyncio.to_thread(postgres_server.kill)
    with pytest.raises(StoreError):
        await receiving.deliver(event("ENROLLREADY"))
    await asyncio.to_thread(postgres_server.start)

    assert await delivered(receiving, event("ISSUED"))
    assert (await result(waiting)).status == "ISSUED"


async def test_event_that_comes_while_nobody_listens_wakes(
    postgres_server, receiving, waiting, event
):
    """If only the listening connection is lost, what comes meanwhile is found."""
    postgres_server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%'"
    )

    await receiving.deliver(event("ISSUED"))

    assert (await result(waiting)).status == "ISSUED"


DELIVERING = """
import asyncio, sys
from oneshot_async import CallbackEvent, Inbox

async def main():
    async with Inbox(sys.argv[1]) as inbox:
        await inbox.deliver(CallbackEvent(pk=7, status="ISSUED"))

asyncio.run(main())
"""


async def test_event_of_another_process_wakes(postgres_url, waiting):
    """The other inbox may be that of another process, which ends cleanly."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DELIVERING, postgres_url, stderr=asyncio.subprocess.PIPE
    )

    assert (await result(waiting)).status == "ISSUED"
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (0, b"")
