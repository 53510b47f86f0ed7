"""Events made known to whoever waits for them here, by the request they belong to."""

import asyncio
import logging
from collections import deque

import attrs

from ._waiters import Waiters
from .errors import StoreError
from .models.callbacks import CallbackEvent
from .stores import Store

_log = logging.getLogger("oneshot_async.inbox")

_ASK_AGAIN = 1.0
_MOST_DOUBTFUL = 1000


class Publisher:
    """Wakes who waits in this process, for what arrives here and elsewhere.

    If the store fails to tell which request an event belongs to, it is asked again.
    """

    def __init__(self, store: Store, waiters: Waiters) -> None:
        self._store = store
        self._waiters = waiters
        self._doubtful = deque[CallbackEvent](maxlen=_MOST_DOUBTFUL)
        self._following: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to hear of what arrives elsewhere."""
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End whatever was begun."""
        begun = [self._following, self._asking]
        self._following = None
        running = [task for task in begun if task is not None and not task.done()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        self._doubtful.clear()

    async def publish(self, event: CallbackEvent) -> None:
        """Offer an event to who waits for its request, now or when that is known."""
        try:
            known = await self.attributed(event)
        except StoreError:
            known = event
            self._doubt(event)
        self._waiters.publish(known)

    async def attributed(self, event: CallbackEvent) -> CallbackEvent:
        """Return an event with its request, as far as it or the store tells it.

        Raises:
            StoreError: the store cannot be asked.
        """
        if event.pk is not None or event.correlation is None:
            return event
        return attrs.evolve(event, pk=await self._store.bound(event.correlation))

    def _doubt(self, event: CallbackEvent) -> None:
        if self._following is None:
            return  # it is over: nobody waits any more
        self._doubtful.append(event)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_again())

    async def _follow(self) -> None:
        try:
            async for event in self._store.changes():
                await self.publish(event)
        except StoreError as error:
            _log.error("callbacks that arrive elsewhere wake nobody here: %s", error)

    async def _ask_again(self) -> None:
        while self._doubtful:
            await asyncio.sleep(_ASK_AGAIN)
            for _ in range(len(self._doubtful)):
                await self.publish(self._doubtful.popleft())
