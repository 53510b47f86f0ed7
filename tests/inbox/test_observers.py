"""Observers: they are told what happens, and cannot disturb it."""

import asyncio

import pytest

from oneshot_async import Inbox
from oneshot_async.errors import StoreError
from oneshot_async.observing import Observer
from oneshot_async.stores import MemoryStore


class Notes(Observer):
    """Writes down what it is told, and which task told it."""

    def __init__(self):
        self.told = []
        self.task_that_wakes = None

    def stored(self, seconds):
        self.told.append(("stored", seconds >= 0))

    def waits(self, wait):
        self.told.append(("waits", wait))

    def wakes(self, wait):
        self.told.append(("wakes", wait))
        self.task_that_wakes = asyncio.current_task()

    def woken(self, wait, seconds):
        self.told.append(("woken", wait, seconds >= 0))

    def waited(self, wait):
        self.told.append(("waited", wait))

    @property
    def names(self):
        return [name for name, *_ in self.told]


class Failing(Observer):
    """Fails at everything."""

    def __getattribute__(self, name):
        raise ValueError("planted")


@pytest.fixture
def notes():
    return Notes()


@pytest.fixture
async def inbox(notes):
    async with Inbox(observers=[Failing(), notes]) as opened:
        yield opened


async def test_a_wait_is_followed_to_its_end(inbox, notes, waiting, event):
    """Beginning, wake and end are told, each with the same object, in this order."""
    task = await waiting(7)
    await inbox.deliver(event("ISSUED"))
    await task

    names = ["waits", "stored", "wakes", "woken", "waited"]
    assert notes.names == names
    assert len({wait for name, wait, *_ in notes.told if name != "stored"}) == 1
    assert notes.task_that_wakes is asyncio.current_task()


async def test_what_was_there_already_wakes_nobody(inbox, notes, event):
    """A wait that finds its event has not waited, and no time is told."""
    await inbox.deliver(event("ISSUED"))
    await inbox.wait(7)

    assert notes.names == ["stored", "waits", "waited"]


async def test_a_wait_that_is_cancelled_is_over(inbox, notes, waiting):
    """Whoever gives up has waited too."""
    task = await waiting(7)
    task.cancel()
    await asyncio.wait([task])

    assert notes.names == ["waits", "waited"]


async def test_an_event_that_wakes_nobody_is_stored(inbox, notes, waiting, event):
    """Who waits for something else is not woken, and nothing is told of it."""
    task = await waiting(7)
    await inbox.deliver(event("CREATED"))
    assert notes.names == ["waits", "stored"]
    task.cancel()


async def test_what_arrives_elsewhere_wakes_too(notes, event, tmp_path):
    """A callback that another inbox took is told with the time since it was kept."""
    url = f"sqlite:///{tmp_path}/inbox.db"
    async with Inbox(url) as elsewhere, Inbox(url, observers=[notes]) as here:
        waiting = asyncio.create_task(here.wait(7))
        await asyncio.sleep(0)
        await here.history(7)  # asked after the wait has asked, and answered after it
        await elsewhere.deliver(event("ISSUED"))
        await waiting

    assert notes.names == ["waits", "wakes", "woken", "waited"]


class FullDisk(MemoryStore):
    async def append(self, event):
        raise StoreError("the disk is full")


async def test_a_failure_takes_its_time_too(notes, event):
    """How long the store took to fail is told as well."""
    async with Inbox(FullDisk(), observers=[notes]) as inbox:
        with pytest.raises(StoreError):
            await inbox.deliver(event())

    assert notes.told == [("stored", True)]


async def test_an_observer_that_fails_is_named_and_does_no_harm(inbox, event, caplog):
    """What an observer raises is told by its kind, and everything goes on."""
    assert await inbox.deliver(event())

    assert "an observer failed: ValueError" in caplog.text
    assert "planted" not in caplog.text


async def test_live_event_says_when_it_was_kept(inbox, waiting, event):
    """What a wait returns has its time, whether it was there or came."""
    task = await waiting(7)
    await inbox.deliver(event("ISSUED"))

    assert (await task).received_at is not None
    assert (await inbox.wait(7)).received_at is not None
