"""The inbox and the servers, cancelled at each place where they wait."""

import asyncio
import itertools
from contextlib import aclosing
from datetime import timedelta
from types import SimpleNamespace

import aiohttp
import pytest

from oneshot_async import CallbackEvent, Inbox
from oneshot_async.receiver import Receiver, replay
from oneshot_async.simulator import Simulator
from oneshot_async.stores import MemoryStore

PK, CORRELATION = 7, "correlation"
SECRET = "a-secret-of-the-receiver"
NOBODY = SimpleNamespace(
    url="http://localhost:9",
    token="token",
    billing_username="payer",
    billing_password="pay",
)
BODY = b'{"status": "ISSUED", "date": "2024-01-01T00:00:00", "request": 9}'


SLOW = {
    "append",
    "history",
    "bind",
    "bound",
    "quarantine",
    "quarantined",
    "release",
    "prune",
}


class SlowStore(MemoryStore):
    """Has its caller wait before and after it does anything."""

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        return _slowly(found) if name in SLOW else found


def _slowly(method):
    async def slow(*args):
        await asyncio.sleep(0)
        result = await method(*args)
        await asyncio.sleep(0)
        return result

    return slow


@pytest.fixture
async def inbox():
    async with Inbox(SlowStore()) as opened:
        yield opened


@pytest.fixture
def event():
    """A function that makes an event unlike any before it."""
    moments = itertools.count()

    def make(**options):
        raw = {"sent_at": f"{next(moments):014}"}
        return CallbackEvent(
            **{"pk": PK, "status": "ENROLLREADY", "raw": raw} | options
        )

    return make


@pytest.fixture
def waiting_for(inbox):
    """A function that has a task wait for what comes after all that is kept."""

    async def begin(key):
        known = await inbox.history()
        after = known[-1].sequence if known else 0
        task = asyncio.create_task(inbox.wait(key, lambda _: True, after=after))
        while not inbox.statistics().waiting:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0)
        for _ in range(10):
            await asyncio.sleep(0)
        return task

    return begin


async def first_of(inbox, key):
    async with aclosing(inbox.events(key)) as events:
        return await anext(events)


@pytest.mark.parametrize(("key", "steps"), [(PK, 4), (CORRELATION, 2)])
async def test_cancelled_delivery_loses_nothing(
    inbox, walk, event, waiting_for, key, steps
):
    """What is kept wakes who waits for it, whoever gave up to deliver it."""
    await inbox.bind(CORRELATION, PK)
    waiter = None
    brought = event()

    async def prepare():
        nonlocal waiter, brought
        if waiter is not None:
            await waiter
        waiter = await waiting_for(key)
        brought = event(pk=None if key == PK else PK, correlation=CORRELATION)
        return lambda: inbox.deliver(brought)

    async def check(again):
        kept = [each.raw for each in await inbox.history(key)]
        assert await again() is (brought.raw not in kept)
        assert [e.raw for e in await inbox.history(key)].count(brought.raw) == 1
        async with asyncio.timeout(1):
            assert (await waiter).raw == brought.raw
        assert inbox.statistics().waiting == 0

    assert await walk(prepare, check) == steps
    await waiter


CALLS = {
    "wait": lambda inbox: inbox.wait(PK, {"ENROLLREADY"}),
    "events": lambda inbox: first_of(inbox, PK),
    "history": lambda inbox: inbox.history(PK),
    "bind": lambda inbox: inbox.bind(CORRELATION, PK),
    "quarantine": lambda inbox: inbox.quarantine(BODY, "unreadable"),
    "quarantined": lambda inbox: inbox.quarantined(),
    "release": lambda inbox: inbox.release(1),
    "replay": lambda inbox: replay(inbox),
    "prune": lambda inbox: inbox.prune(timedelta(days=1)),
}


@pytest.mark.parametrize("name", CALLS)
async def test_cancelled_call_of_the_inbox_leaves_nothing(inbox, walk, event, name):
    """Wherever it is cancelled nothing waits, and what was kept is still there."""
    kept = event()

    async def prepare():
        await inbox.deliver(kept)
        await inbox.quarantine(BODY, "unreadable")
        return lambda: CALLS[name](inbox)

    async def check(again):
        tasks = asyncio.all_tasks()
        assert inbox.statistics().waiting == 0
        await again()
        assert [each.raw for each in await inbox.history(PK)] == [kept.raw]
        assert inbox.statistics().waiting == 0
        assert asyncio.all_tasks() <= tasks

    assert await walk(prepare, check) > 0


OPENED = {
    "inbox": lambda inbox, client_of: Inbox(SlowStore()),
    "receiver": lambda inbox, client_of: Receiver(inbox, secrets=[SECRET]),
    "simulator": lambda inbox, client_of: Simulator(),
    "client": lambda inbox, client_of: client_of(NOBODY, inbox=inbox),
}


@pytest.mark.parametrize("name", OPENED)
async def test_cancelled_entrance_or_exit_leaves_nothing(
    inbox, client_of, walk, holdings, name
):
    """Cancelled while it is entered or left, it lets go of all; and can be entered."""
    before = None

    async def prepare():
        nonlocal before
        opened = OPENED[name](inbox, client_of)
        before = await holdings()

        async def enter_and_leave():
            async with opened:
                await asyncio.sleep(0)

        return enter_and_leave

    async def check(again):
        for _ in range(5):  # what was closed is let go in the next turns of the loop
            await asyncio.sleep(0)
        assert await holdings() == before
        await again()

    assert await walk(prepare, check) > 0


async def test_receiver_hears_after_another_was_cancelled(inbox, walk):
    """A receiver that was cancelled on its entrance does not deafen the next one."""

    async def prepare():
        async def enter_and_leave():
            async with Receiver(inbox, secrets=[SECRET]):
                await asyncio.sleep(0)

        return enter_and_leave

    async def check(_):
        async with Receiver(inbox, secrets=[SECRET]) as receiver:
            url = receiver.urls.mint().url
            limit = aiohttp.ClientTimeout(total=5)
            async with (
                aiohttp.ClientSession(timeout=limit) as sender,
                sender.post(url, data=BODY) as answer,
            ):
                assert answer.status == 204

    await walk(prepare, check)
