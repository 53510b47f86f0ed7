"""Waiting for a request to get somewhere: woken by callbacks, decided by asking."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import asynccontextmanager

from ._means import Means
from ._polling import Pace
from .errors import (
    AmbiguousOutcomeError,
    RequestCancelledError,
    SigningError,
    VideoIdFailedError,
    WaitTimeoutError,
)
from .models.callbacks import CallbackEvent
from .models.requests import Request, RequestPk, RequestStatus

ISSUED = frozenset(
    {RequestStatus.ISSUED, RequestStatus.RENEWED, RequestStatus.RENOVATED}
)
APPROVED = ISSUED | {RequestStatus.ENROLLREADY}

_DEAD_ENDS: dict[str, tuple[type[SigningError], str]] = {
    RequestStatus.CANCELLED: (RequestCancelledError, "is cancelled"),
    RequestStatus.VIDEOERROR: (VideoIdFailedError, "failed in its Video ID"),
}


class Watch:
    """Waits for one request; without an inbox it only polls."""

    def __init__(self, request_pk: RequestPk, means: Means) -> None:
        self._pk = request_pk
        self._requests = means.requests
        self._polling = means.polling
        self._inbox = means.inbox
        self._seen = 0

    async def until(self, reached: Collection[str], seconds: float) -> Request:
        """Return the request once its status is one of those waited for.

        Raises:
            RequestCancelledError, VideoIdFailedError: it never will be.
            WaitTimeoutError: it is not within so many seconds.
        """
        pace = Pace(self._polling, expects_callbacks=self._inbox is not None)
        async with self.deadline(
            f"waiting for {' or '.join(sorted(reached))}", seconds
        ):
            while True:
                request = await self._requests.get(self._pk)
                if has_reached(request, reached):
                    return request
                await self._news(request.status, pace)

    async def settled(
        self, reached: Collection[str], error: AmbiguousOutcomeError
    ) -> Request:
        """Look whether that was done whose answer was lost.

        Raises:
            AmbiguousOutcomeError: the one given, if it does not look done.
        """
        try:
            return await self.until(reached, self._polling.settle)
        except WaitTimeoutError:
            raise error from None

    @asynccontextmanager
    async def deadline(self, what: str, seconds: float) -> AsyncGenerator[None, None]:
        """Bound a block, and tell its end as a `WaitTimeoutError`."""
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
            ) from error

    async def _news(self, status: str, pace: Pace) -> None:
        """Wait for a callback that tells of another status, or for the next look."""
        pause = pace.next_pause()
        if self._inbox is None:
            await asyncio.sleep(pause)
            return
        limit = asyncio.timeout(pause)
        try:
            async with limit:
                event = await self._inbox.wait(
                    self._pk, _tells_other(status), after=self._seen
                )
        except TimeoutError:
            return
        self._seen = event.sequence
        await asyncio.sleep(pace.gap_after_hint())


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
