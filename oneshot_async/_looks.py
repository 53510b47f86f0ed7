"""Looks at requests: shared by all who wait for one, and bounded over all of them."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from time import monotonic

import attrs

from .errors import ApiError, OneShotError, TransportError, UnexpectedResponseError
from .models.requests import Request, RequestPk

_log = logging.getLogger("oneshot_async.client")

_REFUSED_FOR_NOW = 429

Get = Callable[[RequestPk], Awaitable[Request]]


class Look:
    """What is known of one request, for as long as somebody waits for it."""

    def __init__(self, request_pk: RequestPk, get: Get) -> None:
        self._pk = request_pk
        self._get = get
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._request: Request | None = None
        self.failure: OneShotError | None = None
        self.watchers = 0

    def is_newer_than(self, moment: float) -> bool:
        """Tell whether there is an answer that was asked for later than this."""
        return self._asked_at > moment

    async def after(self, moment: float) -> tuple[Request | None, float]:
        """Return an answer that was asked for later than a moment, and when it was.

        Who waits for the same request shares it; the service is asked once at a time.
        A look that failed says nothing, and leaves its error in `failure`.

        Raises:
            ApiError: it was refused, and so would be any later look.
        """
        async with self._asking:
            if not self.is_newer_than(moment):
                asked_at = monotonic()
                self._request = await self._ask()
                self._asked_at = asked_at
            return self._request, self._asked_at

    async def _ask(self) -> Request | None:
        try:
            request = await self._get(self._pk)
        except (TransportError, ApiError, UnexpectedResponseError) as error:
            if _is_clear(error):
                raise
            self.failure = error
        else:
            self.failure = None
            return request
        fields = {"request_pk": self._pk}
        words = "request %d: a look failed: %s"
        _log.warning(words, self._pk, self.failure, extra=fields)
        return None


def _is_clear(error: OneShotError) -> bool:
    """Tell whether an error is a refusal, and not a failure that may pass."""
    if not isinstance(error, ApiError):
        return False
    return 400 <= error.status < 500 and error.status != _REFUSED_FOR_NOW


class Turns:
    """Turns to look, so many a second and first come, first served."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._queue: OrderedDict[asyncio.Future[None], None] = OrderedDict()
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def queued(self) -> Generator[asyncio.Future[None], None, None]:
        """Stand in the queue until the block ends; the future is done at its turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue[turn] = None
        self._call()
        try:
            yield turn
        finally:
            self._queue.pop(turn, None)
            turn.cancel()
            if not self._queue:
                self._stop()

    def _call(self) -> None:
        """Call up who is due, and come again when the next one is."""
        loop = asyncio.get_running_loop()
        while self._queue and loop.time() >= self._next_at:
            turn, _ = self._queue.popitem(last=False)
            turn.set_result(None)
            self._next_at = loop.time() + self._gap
        if self._queue and self._timer is None:
            self._timer = loop.call_at(self._next_at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._call()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


@attrs.define
class Looks:
    """All looks of one client."""

    get: Get
    turns: Turns
    _by_pk: dict[RequestPk, Look] = attrs.field(factory=dict[RequestPk, Look])

    @contextmanager
    def at(self, request_pk: RequestPk) -> Generator[Look, None, None]:
        """Share what others know of a request, until the block ends."""
        look = self._by_pk.setdefault(request_pk, Look(request_pk, self.get))
        look.watchers += 1
        try:
            yield look
        finally:
            look.watchers -= 1
            if not look.watchers:
                del self._by_pk[request_pk]
