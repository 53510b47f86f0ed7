"""Several inboxes on one SQLite file, in one process and in two."""

import asyncio
import sys

import pytest

from oneshot_async import Correlation, Inbox

C = Correlation("correlation")

DELIVERING = """
import asyncio, sys
from oneshot_async import CallbackEvent, Inbox

async def main():
    async with Inbox(sys.argv[1]) as inbox:
        await inbox.deliver(CallbackEvent(pk=7, status="ISSUED"))

asyncio.run(main())
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'inbox.db'}"


@pytest.fixture
async def here(url):
    async with Inbox(url) as opened:
        yield opened


@pytest.fixture
async def there(url):
    async with Inbox(url) as opened:
        yield opened


@pytest.fixture
def waiting(here):
    """A function that begins a wait and returns its task when it waits."""

    async def begin(*args, **options):
        task = asyncio.create_task(here.wait(*args, **options))
        await here.history(7)  # what was asked of the file before is answered now
        return task

    return begin


async def test_event_that_another_inbox_keeps_ends_a_wait(there, waiting, event):
    """It does not matter through which inbox an event comes."""
    task = await waiting(7)
    await there.deliver(event("CREATED"))
    await there.deliver(event("ISSUED"))

    async with asyncio.timeout(10):
        assert ((await task).status, (await task).sequence) == ("ISSUED", 2)


async def test_nameless_event_elsewhere_ends_the_wait_for_its_pk(
    here, there, waiting, event
):
    """A binding that was made here tells whom an event is about that came there."""
    task = await waiting(7)
    await here.bind(C, 7)
    await there.deliver(event("ISSUED", pk=None, correlation=C))

    async with asyncio.timeout(10):
        assert (await task).pk == 7


async def test_duplicate_elsewhere_is_told(here, there, event):
    """A callback that is delivered to two inboxes is new to one of them."""
    same = event("ISSUED")

    assert [await here.deliver(same), await there.deliver(same)] == [True, False]


async def test_live_events_come_from_everywhere(here, there, event):
    """Who follows a request sees what comes here and there, in order."""
    await here.deliver(event("CREATED"))
    await there.deliver(event("ENROLLREADY"))
    found = []

    async def follow():
        async for one in here.events(7):
            found.append(one.status)
            if one.status == "ISSUED":
                return

    following = asyncio.create_task(follow())
    await there.deliver(event("SIGNED"))
    await here.deliver(event("APPROVED"))
    await there.deliver(event("ISSUED"))

    async with asyncio.timeout(10):
        await following
    assert found == ["CREATED", "ENROLLREADY", "SIGNED", "APPROVED", "ISSUED"]


async def test_event_that_another_process_keeps_ends_a_wait(url, waiting):
    """A receiver in a process of its own wakes who waits in this one."""
    task = await waiting(7)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DELIVERING, url
    )

    async with asyncio.timeout(30):
        assert (await task).status == "ISSUED"
        assert await process.wait() == 0
