"""What is done with a callback, whichever server it comes through."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager, suppress

from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.errors import CallbackRejectedError, StoreError
from oneshot_async.inbox import Inbox

from .guard import Guard
from .incoming import Incoming
from .limits import Limits
from .network import AllowList
from .parsing import parse_callback
from .readiness import Readiness
from .reading import read

_log = logging.getLogger("oneshot_async.receiver")


class Reception:
    """Takes callbacks: check, read, parse, keep; then there is something to answer.

    Attributes:
        readiness: whether it can take any.
    """

    readiness: Readiness

    def __init__(
        self,
        inbox: Inbox,
        urls: CallbackUrls,
        *,
        allow: AllowList | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.readiness = Readiness(inbox)
        self._inbox = inbox
        self._guard = Guard(urls, allow)
        self._limits = limits or Limits()
        self._being_taken = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def take(self, incoming: Incoming) -> int:
        """Keep a callback and return the status to answer with; never raise."""
        body, correlation = b"", None
        with self._taking():
            try:
                correlation = self._admitted(incoming)
                body = await read(incoming, self._limits)
                event = parse_callback(body, correlation)
                await self._inbox.deliver(event)
            except CallbackRejectedError as error:
                return await self._refused(body, correlation, error)
            except Exception as error:  # noqa: BLE001  # whatever it is: not kept
                return _not_kept(error)
            _log.debug("callback kept: pk %s, status %s", event.pk, event.status)
            return 204

    async def ended(self, seconds: float) -> None:
        """Wait until nothing is being taken, but not for longer than this.

        This is not left to the server: when aiohttp shuts down it reads no further, so
        that a body which is still arriving would be lost.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    @contextmanager
    def _taking(self) -> Generator[None, None, None]:
        self._being_taken += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._being_taken -= 1
            if not self._being_taken:
                self._idle.set()

    def _admitted(self, incoming: Incoming) -> Correlation | None:
        return self._guard.admit(
            incoming.token,
            peer=incoming.peer,
            forwarded_for=incoming.forwarded_for,
        )

    async def _refused(
        self, body: bytes, correlation: Correlation | None, error: CallbackRejectedError
    ) -> int:
        """Return the status of a refusal; what came to a valid URL is put aside."""
        _log.info("callback refused (%d): %s", error.status, error)
        try:
            if body:
                await self._inbox.quarantine(body, str(error), correlation)
        except Exception as failure:  # noqa: BLE001  # whatever failed, it is not kept
            return _not_kept(failure)
        return error.status


def _not_kept(error: Exception) -> int:
    # A store says what is wrong with it; any other text might hold a piece of the body.
    reason = error if isinstance(error, StoreError) else type(error).__name__
    _log.error("callback not kept: %s", reason)
    return 503
