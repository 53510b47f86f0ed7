"""Nothing is left behind: no future, no task, no unseen exception."""

import asyncio
import gc
from collections import Counter

import pytest

from oneshot_async import Inbox
from oneshot_async.errors import InboxClosedError

MANY = 10_000


@pytest.fixture
async def complaints():
    """What the loop complains of, as exceptions that nobody has retrieved."""
    found = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: found.append(context["message"]))
    yield found
    loop.set_exception_handler(None)


@pytest.fixture
def many_waiting(inbox):
    async def begin():
        tasks = [
            asyncio.create_task(inbox.wait(1 + n % 100, {"ENROLLREADY"}))
            for n in range(MANY)
        ]
        await asyncio.sleep(0)
        assert inbox.statistics().waiting == MANY
        return tasks

    return begin


def futures_left():
    gc.collect()
    return sum(type(found) is asyncio.Future for found in gc.get_objects())


async def ends_of(tasks):
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)  # the loop lets go of what it has just run
    return Counter(type(end).__name__ for end in ends)


async def test_nothing_is_left_of_successes(inbox, event, many_waiting, complaints):
    """Ten thousand waits that ended well leave nothing behind."""
    before = futures_left()
    tasks = await many_waiting()
    for pk in range(1, 101):
        await inbox.deliver(event("ISSUED", pk=pk))
    ends = await ends_of(tasks)
    del tasks

    assert ends == {"CallbackEvent": MANY}
    assert inbox.statistics().waiting == 0
    assert (futures_left() <= before, complaints) == (True, [])


async def test_nothing_is_left_of_cancellations(inbox, many_waiting, complaints):
    """Ten thousand waits that were cancelled leave nothing behind."""
    before = futures_left()
    tasks = await many_waiting()
    for task in tasks:
        task.cancel()
    ends = await ends_of(tasks)
    del tasks, task

    assert ends == {"CancelledError": MANY}
    assert inbox.statistics().waiting == 0
    assert (futures_left() <= before, complaints) == (True, [])


async def test_nothing_is_left_of_time_outs(inbox, complaints):
    """Ten thousand waits whose time was up leave nothing behind."""
    before = futures_left()

    async def in_vain():
        async with asyncio.timeout(0):
            await inbox.wait(7)

    ends = await ends_of([in_vain() for _ in range(MANY)])

    assert ends == {"TimeoutError": MANY}
    assert inbox.statistics().waiting == 0
    assert (futures_left() <= before, complaints) == (True, [])


async def test_nothing_is_left_of_a_close(inbox, many_waiting, complaints):
    """Ten thousand waits that a close ends get its error and leave nothing behind."""
    before = futures_left()
    tasks = await many_waiting()
    await inbox.close()
    ends = await ends_of(tasks)
    del tasks

    assert ends == {InboxClosedError.__name__: MANY}
    assert inbox.statistics().waiting == 0
    assert (futures_left() <= before, complaints) == (True, [])


async def test_nobody_misses_an_error_for_a_cancelled_wait(
    inbox, many_waiting, complaints
):
    """The error of a close that a cancellation overtakes is not complained of."""
    tasks = await many_waiting()
    await inbox.close()
    for task in tasks:
        task.cancel()
    ends = await ends_of(tasks)
    del tasks, task
    gc.collect()

    assert ends == {"CancelledError": MANY}
    assert complaints == []


async def test_nobody_misses_a_predicates_error(inbox, event, complaints):
    """A faulty function of a wait that was cancelled is not complained of."""
    task = asyncio.create_task(inbox.wait(7, lambda found: found.certificates[0]))
    await asyncio.sleep(0)
    await inbox.deliver(event())
    task.cancel()
    await asyncio.wait([task])
    del task
    gc.collect()

    assert complaints == []


async def test_nobody_misses_an_error_that_came_too_early(
    slow_store, settle, complaints
):
    """A wait that is cancelled before it gets its error is not complained of."""
    async with Inbox(slow_store) as inbox:
        task = asyncio.create_task(inbox.wait(7))
        await settle()
        await inbox.close()
        task.cancel()
        await asyncio.wait([task])
    del task
    gc.collect()

    assert complaints == []


async def test_requests_that_were_waited_for_are_forgotten(inbox, many_waiting):
    """No key of an ended wait is kept."""
    tasks = await many_waiting()
    for task in tasks:
        task.cancel()
    await ends_of(tasks)

    assert not inbox._waiters._by_key
