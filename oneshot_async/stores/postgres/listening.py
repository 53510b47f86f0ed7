"""Waking who reads in PostgreSQL when others have written, through every outage."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

from oneshot_async.errors import StoreError

from .database import Database

CHANNEL = "oneshot_events"
INTERVAL = 30.0
"""Seconds after which is looked without a notification, should one have been lost."""

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0

_log = logging.getLogger("oneshot_async.stores")


class Outage:
    """What fails at the moment: told once, and tried again after growing pauses."""

    def __init__(self) -> None:
        self._failures = Counter[str]()

    def pause(self, what: str, error: StoreError) -> float:
        """Return how long to wait, in seconds, before something is tried again."""
        if not self._failures:
            _log.warning("callbacks that arrive elsewhere are not heard of: %s", error)
        bound = min(_FIRST_PAUSE * 2 ** min(self._failures[what], 10), _LONGEST_PAUSE)
        self._failures[what] += 1
        return random.uniform(0, bound)  # noqa: S311  # jitter is no secret

    def over(self, what: str) -> None:
        """Take note that something works."""
        self._failures.pop(what, None)


class Listener:
    """Listens for as long as it runs, and wakes whoever wants to be woken.

    Args:
        heeds: tells by its payload whether a notification wakes anybody.
    """

    def __init__(
        self, database: Database, outage: Outage, heeds: Callable[[str], bool]
    ) -> None:
        self._database = database
        self._outage = outage
        self._heeds = heeds
        self._sleepers: set[asyncio.Event] = set()
        self._listening: asyncio.Task[None] | None = None
        self.stopped: bool = False

    def start(self) -> None:
        """Begin to listen, in the background."""
        self._listening = asyncio.create_task(self._keep_listening())

    async def stop(self) -> None:
        """Wake everybody for the last time."""
        self.stopped = True
        self.wake()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])

    def wake(self) -> None:
        """Wake everybody."""
        for sleeper in self._sleepers:
            sleeper.set()

    @contextmanager
    def waking(self) -> Generator[asyncio.Event, None, None]:
        """Have an event that is set whenever it is time to look."""
        sleeper = asyncio.Event()
        self._sleepers.add(sleeper)
        try:
            yield sleeper
        finally:
            self._sleepers.discard(sleeper)

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except StoreError as error:
                await asyncio.sleep(self._outage.pause("listening", error))

    async def _listen(self) -> None:
        async with self._database.listening(CHANNEL, self._hear) as ear:
            self._outage.over("listening")
            # Whatever was told before is not heard any more.
            self.wake()
            while True:
                await ear.check(after=INTERVAL)

    def _hear(self, told: str) -> None:
        if self._heeds(told):
            self.wake()
