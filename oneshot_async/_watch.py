"""Waiting for a request to get somewhere: woken by callbacks, decided by asking."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from time import monotonic

from ._looks import Look
from ._means import Means
from ._polling import Pace
from .errors import (
    AmbiguousOutcomeError,
    ApiError,
    InboxError,
    RequestCancelledError,
    SigningError,
    StoreError,
    VideoIdFailedError,
    WaitTimeoutError,
)
from .models.callbacks import CallbackEvent
from .models.requests import Request, RequestPk, RequestStatus

_log = logging.getLogger("oneshot_async.client")

ISSUED = frozenset(
    {RequestStatus.ISSUED, RequestStatus.RENEWED, RequestStatus.RENOVATED}
)
APPROVED = ISSUED | {RequestStatus.ENROLLREADY}

_DEAD_ENDS: dict[str, tuple[type[SigningError], str]] = {
    RequestStatus.CANCELLED: (RequestCancelledError, "is cancelled"),
    RequestStatus.VIDEOERROR: (VideoIdFailedError, "failed in its Video ID"),
}


class Watch:
    """Waits for one request; without an inbox it only polls.

    Where no callbacks are to be expected it looks more often at first, and hears those
    that come all the same.
    """

    def __init__(
        self, request_pk: RequestPk, means: Means, *, expects_callbacks: bool
    ) -> None:
        self._pk = request_pk
        self._looks = means.looks
        self._polling = means.polling
        self._inbox = means.inbox
        self._expects = expects_callbacks and means.inbox is not None
        self._seen = 0

    async def until(self, reached: Collection[str], seconds: float) -> Request:
        """Return the request once its status is one of those waited for.

        A look that failed is a late look; only a refusal ends the wait.

        Raises:
            RequestCancelledError, VideoIdFailedError: it never will be.
            WaitTimeoutError: it is not within so many seconds.
            ApiError: a look was refused.
        """
        pace = Pace(self._polling, expects_callbacks=self._expects)
        what = f"waiting for {' or '.join(sorted(reached))}"
        with self._looks.at(self._pk) as look:
            async with self.deadline(what, seconds, look):
                moment, status = monotonic(), ""
                while True:
                    request, moment = await look.after(moment)
                    if request is not None:
                        if has_reached(request, reached):
                            return request
                        status = request.status
                    moment = await self._news(status, moment, look, pace)

    async def settled(
        self, reached: Collection[str], error: AmbiguousOutcomeError
    ) -> Request:
        """Look whether that was done whose answer was lost.

        Raises:
            RequestCancelledError, VideoIdFailedError: it never will be.
            AmbiguousOutcomeError: the one given, if it does not look done or nobody
                can look.
        """
        try:
            return await self.until(reached, self._polling.settle)
        except (WaitTimeoutError, ApiError, InboxError):
            raise error from None

    @asynccontextmanager
    async def deadline(
        self, what: str, seconds: float, look: Look | None = None
    ) -> AsyncGenerator[None, None]:
        """Bound a block, and tell its end as a `WaitTimeoutError`.

        Its cause is the failure of the last look, if that failed.
        """
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                yield
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise WaitTimeoutError(
                f"request {self._pk}: {what} took more than {seconds:g} s.",
                request_pk=self._pk,
            ) from (look.failure if look else error)

    async def _news(self, status: str, moment: float, look: Look, pace: Pace) -> float:
        """Wait for a callback that tells of another status, or for a turn to look.

        Returns:
            the moment after which the next look has to be.
        """
        hinted = await self._hint(status, asyncio.timeout(pace.next_pause()))
        if not (hinted or look.is_newer_than(moment)):
            with self._looks.turns.queued() as turn:
                hinted = await self._hint(status, _over_with(turn))
        if hinted:
            moment = monotonic()
            await asyncio.sleep(pace.gap_after_hint())
        return moment

    async def _hint(self, status: str, limit: asyncio.Timeout) -> bool:
        """Tell whether a callback says something else before the time is over."""
        try:
            async with limit:
                event = await self._next_event(status)
        except TimeoutError:
            return False
        self._seen = event.sequence
        return True

    async def _next_event(self, status: str) -> CallbackEvent:
        loop = asyncio.get_running_loop()
        if self._inbox is not None:
            try:
                return await self._inbox.wait(
                    self._pk, _tells_other(status), after=self._seen
                )
            except StoreError as error:
                fields = {"request_pk": self._pk}
                words = "request %d: polling only: %s"
                _log.warning(words, self._pk, error, extra=fields)
        never: asyncio.Future[CallbackEvent] = loop.create_future()
        return await never


def has_reached(request: Request, reached: Collection[str]) -> bool:
    """Tell whether a request is where it was waited for.

    Raises:
        RequestCancelledError, VideoIdFailedError: it will never get there.
    """
    if request.status in reached:
        return True
    if request.status in _DEAD_ENDS:
        error, words = _DEAD_ENDS[request.status]
        raise error(
            f"request {request.pk} {words}.",
            request_pk=request.pk,
            status=request.status,
        )
    return False


def _tells_other(status: str) -> Callable[[CallbackEvent], bool]:
    return lambda event: event.status != status


def _over_with(turn: asyncio.Future[None]) -> asyncio.Timeout:
    """Return a time limit that is reached when a future is done."""
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(0 if turn.done() else None)

    def end(_: object) -> None:
        with suppress(RuntimeError):  # its block has ended already
            limit.reschedule(loop.time())

    turn.add_done_callback(end)
    return limit
