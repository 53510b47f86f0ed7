"""Whether callbacks can be kept at the moment, for load balancers that ask."""

import asyncio
import logging
from time import monotonic

from oneshot_async.errors import InboxError
from oneshot_async.inbox import Inbox

_AGE_SECONDS = 1.0
_PATIENCE_SECONDS = 5.0

_log = logging.getLogger("oneshot_async.receiver")


class Readiness:
    """Asks the store once a second at most, however many ask.

    Attributes:
        draining: nothing more should be sent here, as it is about to end.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._asking = asyncio.Lock()
        self._asked_at = -_AGE_SECONDS
        self._answers = True
        self.draining = False

    async def status(self) -> int:
        """Return 200 if callbacks can be kept and may be sent here, else 503."""
        async with self._asking:
            if monotonic() - self._asked_at >= _AGE_SECONDS:
                await self._ask()
        return 200 if self._answers and not self.draining else 503

    async def _ask(self) -> None:
        answered, self._answers = self._answers, await self._store_answers()
        self._asked_at = monotonic()
        if answered != self._answers:
            told = "again" if self._answers else "no more"
            _log.warning("the store answers %s", told)

    async def _store_answers(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._inbox.last()
        except (InboxError, TimeoutError):
            return False
        return True
