"""The simulator's own time: real time plus what a test has advanced."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Tell the time and sleep by it; `advance` moves it and wakes whoever is due.

    Args:
        frozen: Let only `advance` move the time.
        start: What the clock shows at first; the present moment if left out.
    """

    def __init__(self, *, frozen: bool = False, start: datetime | None = None) -> None:
        self._frozen = frozen
        self._shown = start if start is not None else datetime.now(UTC)
        self._since = time.monotonic()
        self._sleepers: dict[asyncio.Future[None], datetime] = {}

    @property
    def sleepers(self) -> int:
        """How many tasks sleep by this clock."""
        return len(self._sleepers)

    def now(self) -> datetime:
        """Return the time in UTC."""
        if self._frozen:
            return self._shown
        return self._shown + timedelta(seconds=time.monotonic() - self._since)

    def advance(self, seconds: float) -> None:
        """Move the time forward and wake the sleepers who are due, earliest first."""
        if seconds < 0:
            raise ValueError("A clock cannot be turned back")
        self._shown += timedelta(seconds=seconds)
        now = self.now()
        for sleeper, due in sorted(self._sleepers.items(), key=lambda entry: entry[1]):
            if due <= now:
                _wake(sleeper)

    async def sleep(self, seconds: float) -> None:
        """Sleep until so many seconds have passed on this clock."""
        due = self.now() + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        while self.now() < due:
            await self._wait_until(due)

    async def _wait_until(self, due: datetime) -> None:
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[None] = loop.create_future()
        self._sleepers[sleeper] = due
        timer = None if self._frozen else self._alarm(loop, sleeper, due)
        try:
            await sleeper
        finally:
            del self._sleepers[sleeper]
            if timer is not None:
                timer.cancel()

    def _alarm(
        self,
        loop: asyncio.AbstractEventLoop,
        sleeper: asyncio.Future[None],
        due: datetime,
    ) -> asyncio.TimerHandle:
        left = (due - self.now()).total_seconds()
        return loop.call_later(left, _wake, sleeper)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
