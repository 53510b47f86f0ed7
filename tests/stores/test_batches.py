"""Batches: what comes during one write goes into the next."""

import asyncio

import pytest

from oneshot_async.errors import StoreError
from oneshot_async.stores.batches import Batches


class Slow:
    """A write that ends when it is let, and notes what it was given."""

    def __init__(self):
        self.written = []
        self.error = None
        self.let = asyncio.Event()

    async def write(self, values):
        await self.let.wait()
        if self.error is not None:
            raise self.error
        self.written.append(list(values))
        return [value * 10 for value in values]


@pytest.fixture
async def slow():
    return Slow()


@pytest.fixture
async def begin(slow):
    """A function that begins to add values, and the batches they are added to."""
    batches = Batches(slow.write, most=3)

    async def add(*values):
        tasks = [asyncio.create_task(batches.add(value)) for value in values]
        for _ in range(3):
            await asyncio.sleep(0)
        return tasks

    add.batches = batches
    return add


async def test_lone_value_is_written_at_once(slow, begin):
    """A value that comes alone waits for nothing."""
    slow.let.set()

    (task,) = await begin(1)

    assert await task == 10
    assert slow.written == [[1]]


async def test_values_that_come_during_a_write_share_the_next(slow, begin):
    """Each value gets its own result, and a batch has its bound."""
    tasks = await begin(1)
    tasks += await begin(2, 3, 4, 5)
    slow.let.set()

    assert await asyncio.gather(*tasks) == [10, 20, 30, 40, 50]
    assert slow.written == [[1], [2, 3, 4], [5]]


@pytest.mark.parametrize("error", [StoreError("full"), ValueError("planted")])
async def test_failure_is_told_to_each(slow, begin, error):
    """Who asked for a write that failed is told so, with an error of their own."""
    tasks = await begin(1, 2)
    slow.error = error
    slow.let.set()

    failed = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(one) for one in failed] == [StoreError, StoreError]
    assert {str(one) for one in failed} <= {"full", "ValueError"}
    assert failed[0] is not failed[1]


async def test_writing_goes_on_after_a_failure(slow, begin):
    """A failure is that of its batch alone."""
    first = await begin(1)
    slow.error = StoreError("full")
    slow.let.set()
    await asyncio.gather(*first, return_exceptions=True)
    slow.error = None

    (task,) = await begin(2)

    assert await task == 20


async def test_cancelled_value_is_written_still(slow, begin):
    """Who goes away before the write takes nothing back and disturbs nobody."""
    first, second, third = await begin(1, 2, 3)
    second.cancel()
    slow.let.set()

    assert await asyncio.gather(first, third) == [10, 30]
    await begin.batches.ended()
    assert slow.written == [[1, 2, 3]] or slow.written == [[1], [2, 3]]


async def test_end_comes_when_all_is_written(slow, begin):
    """Ending waits for what was begun, and for nothing if there is none."""
    await begin.batches.ended()
    tasks = await begin(1, 2, 3, 4)
    ending = asyncio.create_task(begin.batches.ended())
    await asyncio.sleep(0)
    assert not ending.done()

    slow.let.set()
    await ending

    assert [value for batch in slow.written for value in batch] == [1, 2, 3, 4]
    await asyncio.gather(*tasks)
