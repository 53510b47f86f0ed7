"""Whether callbacks can be kept at the moment, for load balancers that ask."""

import asyncio
import logging
from time import monotonic

from oneshot_async.errors import InboxError
from oneshot_async.inbox import Inbox

_NOTHING = 0
"""A number that nothing in a quarantine has."""

_AGE_SECONDS = 1.0
_PATIENCE_SECONDS = 5.0

_log = logging.getLogger("oneshot_async.receiver")


class Readiness:
    """Tries the store once a second at most, however many ask.

    Attributes:
        draining: nothing more should be sent here, as it is about to end.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._asking = asyncio.Lock()
        self._asked_at = -_AGE_SECONDS
        self._takes = True
        self.draining = False

    async def status(self) -> int:
        """Return 200 if callbacks can be kept and may be sent here, else 503."""
        async with self._asking:
            if monotonic() - self._asked_at >= _AGE_SECONDS:
                await self._ask()
        return 200 if self._takes and not self.draining else 503

    async def _ask(self) -> None:
        took, self._takes = self._takes, await self._store_takes()
        self._asked_at = monotonic()
        if took != self._takes:
            told = "again" if self._takes else "no more"
            _log.warning("the store can be written %s", told)

    async def _store_takes(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                # What only reads at the moment, as a standby, refuses this too.
                await self._inbox.release(_NOTHING)
        except (InboxError, TimeoutError):
            return False
        return True
