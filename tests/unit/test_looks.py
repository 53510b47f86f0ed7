"""Looks: shared by all who wait for a request, and bounded over all requests."""

import asyncio
from time import monotonic

import pytest

from oneshot_async._looks import Looks, Turns
from oneshot_async.models import Request


class Service:
    """Answers when it is let, and notes who was asked for."""

    def __init__(self):
        self.asked = []
        self.let = asyncio.Event()
        self.error = None

    async def get(self, pk):
        self.asked.append(pk)
        await self.let.wait()
        if self.error is not None:
            raise self.error
        return Request(pk=pk, status="CREATED", extra={"number": len(self.asked)})


@pytest.fixture
async def service():
    return Service()


@pytest.fixture
async def looks(service):
    return Looks(service.get, Turns(1000))


async def begin(*coroutines):
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_who_asks_before_a_look_shares_it(service, looks):
    """Several who wait for one request cost one call."""
    with looks.at(7) as one, looks.at(7) as other:
        moment = monotonic()
        tasks = await begin(one.after(moment), other.after(moment))
        service.let.set()
        (first, _), (second, _) = await asyncio.gather(*tasks)

    assert first is second
    assert service.asked == [7]


async def test_who_asks_during_a_look_gets_a_later_one(service, looks):
    """A look that was begun before the question may be too old to answer it."""
    with looks.at(7) as look:
        tasks = await begin(look.after(monotonic()))
        tasks += await begin(look.after(monotonic()), look.after(monotonic()))
        service.let.set()
        (first, _), (second, _), (third, _) = await asyncio.gather(*tasks)

    assert first is not second
    assert second is third
    assert service.asked == [7, 7]


async def test_requests_do_not_wait_for_each_other(service, looks):
    """Looks at different requests go on at the same time."""
    with looks.at(7) as one, looks.at(8) as other:
        await begin(one.after(0), other.after(0))
        service.let.set()

    assert service.asked == [7, 8]


async def test_failed_look_is_nobody_elses(service, looks):
    """An error goes to who looked; the next one looks anew."""
    service.let.set()
    service.error = RuntimeError("planted")
    with looks.at(7) as look:
        with pytest.raises(RuntimeError, match="planted"):
            await look.after(0)
        service.error = None
        request, _ = await look.after(0)

    assert request.pk == 7
    assert service.asked == [7, 7]


async def test_cancelled_look_is_taken_over(service, looks):
    """Who shares a look does not lose it when the other one goes away."""
    with looks.at(7) as look:
        first, second = await begin(look.after(0), look.after(0))
        first.cancel()
        service.let.set()
        request, _ = await second

    assert request.pk == 7


async def test_nothing_is_remembered_when_nobody_waits(service, looks):
    """What was known of a request ends with the last who waits for it."""
    service.let.set()
    with looks.at(7) as one:
        await one.after(0)
        with looks.at(7) as other:
            assert other.is_newer_than(0)

    with looks.at(7) as anew:
        assert not anew.is_newer_than(0)


async def until_called(turns, called, number):
    with turns.queued() as turn:
        await turn
        called.append(number)


async def test_turns_come_in_order():
    """First come, first served, and the first at once."""
    turns, called = Turns(1000), []

    tasks = await begin(*(until_called(turns, called, n) for n in range(5)))
    assert called == [0]
    await asyncio.gather(*tasks)

    assert called == [0, 1, 2, 3, 4]


async def test_turns_have_their_pace():
    """However many stand in the queue, a second has its number of turns."""
    turns, called = Turns(100), []
    loop = asyncio.get_running_loop()
    began = loop.time()

    await asyncio.gather(*(until_called(turns, called, n) for n in range(11)))

    assert loop.time() - began >= 0.1


async def test_who_leaves_the_queue_takes_no_turn():
    """A turn that is not wanted any more goes to the next in the queue."""
    turns, called = Turns(10), []
    first, *left, last = await begin(
        *(until_called(turns, called, n) for n in range(100))
    )
    for task in left:
        task.cancel()

    async with asyncio.timeout(5):  # a hundred turns would take ten seconds
        await asyncio.gather(first, last)

    assert called == [0, 99]


async def test_empty_queue_leaves_no_timer():
    """When everybody has left, nothing is due any more."""
    turns = Turns(1)
    tasks = await begin(*(until_called(turns, [], n) for n in range(3)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert turns._timer is None
    assert not turns._queue
