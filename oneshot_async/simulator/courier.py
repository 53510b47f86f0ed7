"""Delivers callbacks over HTTP, in order unless told otherwise."""

import asyncio
import itertools
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
        pk: The request that it is about, also if it does not say so.
        at: When that was, on the simulator's clock.
        outcome: The HTTP status of the answer, "lost", or "failed: " and the reason.
    """

    pk: int
    url: str = attrs.field(repr=False)
    body: Mapping[str, Any] = attrs.field(repr=False)
    at: datetime
    outcome: int | str


@attrs.frozen(eq=False)
class Errand:
    """A callback on its way, and what is to go wrong with it."""

    number: int
    notice: Notice
    faults: Faults

    @property
    def due(self) -> datetime:
        """When it is to be sent."""
        return self.notice.sent_at + timedelta(seconds=self.faults.late)


@attrs.define
class _Lane:
    """The way of one request's callbacks: one at a time, perhaps one held back."""

    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    held: list[Errand] = attrs.field(factory=list[Errand])


class Courier:
    """Send callbacks and write down what became of them; entered, it has a session."""

    def __init__(self, *, clock: Clock, faults: Faults, background: Background) -> None:
        self._clock = clock
        self._faults = faults
        self._background = background
        self._numbers = itertools.count(1)
        self._lanes: defaultdict[int, _Lane] = defaultdict(_Lane)
        self._underway: dict[Errand, None] = {}
        self.sent: Journal[CallbackRecord] = Journal()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @property
    def underway(self) -> Sequence[Errand]:
        """The callbacks that are to be sent or wait for an answer."""
        return tuple(self._underway)

    def dispatch(self, notice: Notice) -> None:
        """Send a callback soon, after those of the same request that came before."""
        lane, errand = self._lanes[notice.pk], self._errand(notice)
        if errand.faults.strikes(errand.faults.reordered) and not lane.held:
            lane.held.append(errand)
            self._background.start(self._release_later(lane, errand))
        else:
            self._background.start(self._carry(lane, errand))

    async def deliver(self, notice: Notice) -> None:
        """Send a callback now and return when it has been answered."""
        async with self._lanes[notice.pk].lock:
            await self._send(self._errand(notice))

    def _errand(self, notice: Notice) -> Errand:
        errand = Errand(next(self._numbers), notice, self._faults.for_next_callback())
        self._underway[errand] = None
        return errand

    async def _carry(self, lane: _Lane, errand: Errand) -> None:
        async with lane.lock:
            await self._clock.sleep((errand.due - self._clock.now()).total_seconds())
            await self._send(errand)
            await self._release(lane)

    async def _release_later(self, lane: _Lane, errand: Errand) -> None:
        # Perhaps nothing follows that could overtake: then it must go all the same.
        await self._clock.sleep(errand.faults.late + _LONGEST_HOLD)
        async with lane.lock:
            await self._release(lane)

    async def _release(self, lane: _Lane) -> None:
        while lane.held:
            await self._send(lane.held.pop())

    async def _send(self, errand: Errand) -> None:
        notice, faults = errand.notice, errand.faults
        lost = faults.strikes(faults.lost)
        try:
            for body in bodies(notice, faults):
                outcome = "lost" if lost else await self._post(notice.url, body)
                self._note(notice, body, outcome)
        finally:
            del self._underway[errand]

    def _note(
        self, notice: Notice, body: Mapping[str, Any], outcome: int | str
    ) -> None:
        _log.info("Callback for request %d: %s", notice.pk, outcome)
        self.sent.append(
            CallbackRecord(
                pk=notice.pk,
                url=notice.url,
                body=body,
                at=self._clock.now(),
                outcome=outcome,
            )
        )

    async def _post(self, url: str, body: Mapping[str, Any]) -> int | str:
        try:
            async with self._session.post(
                url, json=body, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return f"failed: {type(error).__name__}"
