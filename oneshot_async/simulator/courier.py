"""Delivers callbacks over HTTP, in order unless told otherwise."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

import aiohttp
import attrs

from .background import Background
from .clock import Clock
from .faults import Faults
from .journal import Journal
from .notices import Notice, bodies

_log = logging.getLogger("oneshot_async.simulator")

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LONGEST_HOLD = 1.0


@attrs.frozen(kw_only=True)
class CallbackRecord:
    """A callback that went out, or was lost on the way.

    Attributes:
        outcome: The HTTP status of the answer, "lost", or "failed: " and the reason.
    """

    url: str = attrs.field(repr=False)
    body: Mapping[str, Any] = attrs.field(repr=False)
    outcome: int | str


@attrs.define
class _Lane:
    """The way of one request's callbacks: one at a time, perhaps one held back."""

    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    held: list[Notice] = attrs.field(factory=list[Notice])


class Courier:
    """Send callbacks and write down what became of them; entered, it has a session."""

    def __init__(self, *, clock: Clock, faults: Faults, background: Background) -> None:
        self._clock = clock
        self._faults = faults
        self._background = background
        self._lanes: defaultdict[int, _Lane] = defaultdict(_Lane)
        self.sent: Journal[CallbackRecord] = Journal()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def dispatch(self, notice: Notice) -> None:
        """Send a callback soon, after those of the same request that came before."""
        lane = self._lanes[notice.pk]
        if self._faults.strikes(self._faults.reordered) and not lane.held:
            lane.held.append(notice)
            self._background.start(self._release_later(lane))
        else:
            self._background.start(self._carry(lane, notice))

    async def deliver(self, notice: Notice) -> None:
        """Send a callback now and return when it has been answered."""
        async with self._lanes[notice.pk].lock:
            await self._send(notice)

    async def _carry(self, lane: _Lane, notice: Notice) -> None:
        async with lane.lock:
            due = notice.sent_at + timedelta(seconds=self._faults.late)
            await self._clock.sleep((due - self._clock.now()).total_seconds())
            await self._send(notice)
            await self._release(lane)

    async def _release_later(self, lane: _Lane) -> None:
        # Perhaps nothing follows that could overtake: then it must go all the same.
        await self._clock.sleep(self._faults.late + _LONGEST_HOLD)
        async with lane.lock:
            await self._release(lane)

    async def _release(self, lane: _Lane) -> None:
        while lane.held:
            await self._send(lane.held.pop())

    async def _send(self, notice: Notice) -> None:
        lost = self._faults.strikes(self._faults.lost)
        for body in bodies(notice, self._faults):
            outcome = "lost" if lost else await self._post(notice.url, body)
            _log.info("Callback for request %d: %s", notice.pk, outcome)
            self.sent.append(CallbackRecord(url=notice.url, body=body, outcome=outcome))

    async def _post(self, url: str, body: Mapping[str, Any]) -> int | str:
        try:
            async with self._session.post(
                url, json=body, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return f"failed: {type(error).__name__}"
