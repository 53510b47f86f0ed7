"""What is done with a callback, whichever server it comes through."""

import asyncio
import logging
from contextlib import suppress

import attrs

from oneshot_async._checks import check_kind
from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.errors import CallbackRejectedError, StoreError
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent

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
        check_parts(inbox, allow, limits)
        check_kind(urls, CallbackUrls, "urls", "a CallbackUrls")
        self.readiness = Readiness(inbox)
        self._inbox = inbox
        self._guard = Guard(urls, allow)
        self._limits = Limits() if limits is None else limits
        self._being_taken = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def take(self, incoming: Incoming) -> int:
        """Keep a callback and return the status to answer with; never raise."""
        taking = _Taking()
        self._begin()
        try:
            taking.correlation = self._admitted(incoming)
            taking.body = await read(incoming, self._limits)
            event = parse_callback(taking.body, taking.correlation)
            return taking.kept(event, is_new=await self._inbox.deliver(event))
        except CallbackRejectedError as error:
            return await self._refused(taking, error)
        except Exception as error:  # noqa: BLE001  # whatever it is: not kept
            return taking.not_kept(error)
        finally:
            self._end(taking)

    async def ended(self, seconds: float) -> None:
        """Wait until nothing is being taken, but not for longer than this.

        This is not left to the server: when aiohttp shuts down it reads no further, so
        that a body which is still arriving would be lost.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    def _begin(self) -> None:
        self._being_taken += 1
        self._idle.clear()
        self._inbox.observers.tell(lambda observer: observer.receives())

    def _end(self, taking: "_Taking") -> None:
        self._inbox.observers.tell(lambda observer: observer.received(taking.outcome))
        self._being_taken -= 1
        if not self._being_taken:
            self._idle.set()

    def _admitted(self, incoming: Incoming) -> Correlation | None:
        return self._guard.admit(
            incoming.token,
            peer=incoming.peer,
            forwarded_for=incoming.forwarded_for,
        )

    async def _refused(self, taking: "_Taking", error: CallbackRejectedError) -> int:
        """Return the status of a refusal; what came to a valid URL is put aside."""
        fields = {"correlation": taking.correlation, "outcome": error.reason}
        _log.info("callback refused (%d): %s", error.status, error, extra=fields)
        try:
            if taking.body:
                await self._inbox.quarantine(
                    taking.body, str(error), taking.correlation
                )
        except Exception as failure:  # noqa: BLE001  # whatever failed, it is not kept
            return taking.not_kept(failure)
        taking.outcome = error.reason
        return error.status


def check_parts(inbox: Inbox, allow: AllowList | None, limits: Limits | None) -> None:
    """Refuse what no callback could be taken with.

    Raises:
        InvalidInputError: one of them is something else.
    """
    check_kind(inbox, Inbox, "inbox", "an Inbox")
    check_kind(allow, AllowList | None, "allow", "an AllowList")
    check_kind(limits, Limits | None, "limits", "a Limits")


@attrs.define
class _Taking:
    """What is known of a callback so far, and what becomes of it."""

    outcome: str = "cut_off"
    correlation: Correlation | None = None
    body: bytes = attrs.field(default=b"", repr=False)

    def kept(self, event: CallbackEvent, *, is_new: bool) -> int:
        """Return the status for who sent what is in the store."""
        self.outcome = "kept" if is_new else "duplicate"
        if _log.isEnabledFor(logging.DEBUG):
            fields = {
                "request_pk": event.pk,
                "correlation": event.correlation,
                "outcome": self.outcome,
            }
            words = "callback kept: pk %s, status %s"
            _log.debug(words, event.pk, event.status, extra=fields)
        return 204

    def not_kept(self, error: Exception) -> int:
        """Return the status for who should send it once more."""
        # A store says what is wrong with it; others might quote the body.
        reason = error if isinstance(error, StoreError) else type(error).__name__
        self.outcome = "not_kept"
        fields = {"correlation": self.correlation, "outcome": self.outcome}
        _log.error("callback not kept: %s", reason, extra=fields)
        return 503
