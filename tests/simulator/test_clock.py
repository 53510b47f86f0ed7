"""The simulator's own time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from oneshot_async.simulator import Clock

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def settle():
    """Let every task run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_time_is_told_in_utc():
    """The clock tells aware times in UTC, near the real time at first."""
    now = Clock().now()

    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_advance_moves_the_time():
    """A frozen clock shows its start until it is advanced."""
    clock = Clock(frozen=True, start=START)

    clock.advance(61.5)

    assert clock.now() == START + timedelta(seconds=61.5)


def test_a_running_clock_can_be_advanced():
    """A clock that runs is ahead of real time by what it was advanced."""
    clock = Clock(start=START)

    clock.advance(3600)

    assert timedelta(0) <= clock.now() - START - timedelta(hours=1)


def test_a_clock_cannot_be_turned_back():
    """Advancing by less than nothing is refused."""
    with pytest.raises(ValueError, match="turned back"):
        Clock().advance(-1)


async def test_advance_wakes_who_is_due():
    """A sleeper wakes when the clock is advanced to its time, not before."""
    clock = Clock(frozen=True, start=START)
    sleep = asyncio.create_task(clock.sleep(10))
    await settle()

    clock.advance(9.9)
    await settle()
    early = sleep.done()
    clock.advance(0.1)
    await settle()

    assert not early
    assert sleep.done()


async def test_sleepers_wake_in_the_order_of_their_times():
    """One advance wakes several sleepers, earliest first."""
    clock = Clock(frozen=True, start=START)
    woken: list[int] = []

    async def nap(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as naps:
        for seconds in (30, 10, 20):
            naps.create_task(nap(seconds))
        await settle()
        clock.advance(60)

    assert woken == [10, 20, 30]


async def test_real_time_wakes_too():
    """A clock that runs wakes its sleepers without being advanced."""
    clock = Clock()
    before = clock.now()

    await clock.sleep(0.01)

    assert clock.now() - before >= timedelta(seconds=0.01)


@pytest.mark.parametrize("seconds", [0, -5])
async def test_nothing_to_sleep_returns(seconds):
    """Sleeping until now or earlier returns, on a frozen clock too."""
    async with asyncio.timeout(1):
        await Clock(frozen=True).sleep(seconds)


@pytest.mark.parametrize("frozen", [True, False])
async def test_a_cancelled_sleep_leaves_nothing_behind(frozen):
    """Cancelling a sleeper removes it from the clock."""
    clock = Clock(frozen=frozen)
    sleep = asyncio.create_task(clock.sleep(3600))
    await settle()
    asleep = clock.sleepers

    sleep.cancel()
    await asyncio.gather(sleep, return_exceptions=True)

    assert asleep == 1
    assert clock.sleepers == 0


async def test_advance_after_a_cancelled_sleep_is_harmless():
    """Advancing just after a sleeper was cancelled raises nothing."""
    clock = Clock(frozen=True)
    sleep = asyncio.create_task(clock.sleep(1))
    await settle()

    sleep.cancel()
    clock.advance(1)
    await asyncio.gather(sleep, return_exceptions=True)

    assert sleep.cancelled()
