"""Every call of a client passes here: sent, sent again where that is safe, and read."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from ._checks import check_kind
from ._retries import Attempts, Retries, unclear
from ._transport import Transport
from ._wire import Answer, Call
from .errors import (
    AmbiguousOutcomeError,
    ApiError,
    ConnectError,
    InvalidInputError,
    TransportError,
    UnexpectedResponseError,
)

T = TypeVar("T")


class Calls:
    """Carries out calls over one transport, in the event loop that opened it."""

    def __init__(self, transport: Transport, retries: Retries) -> None:
        check_kind(retries, Retries, "retries", "a Retries")
        self._transport = transport
        self._retries = retries
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(0)

    async def open(self) -> None:
        """Open the transport."""
        self._loop = asyncio.get_running_loop()
        await self._transport.open()
        # Whoever has to wait for others does so here and not for a connection, where it
        # would count as time that the connection or the answer took.
        self._turns = asyncio.Semaphore(self._transport.connections)

    async def close(self) -> None:
        """Close the transport; idempotent."""
        await self._transport.close()

    async def __call__(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Carry out a call, again where that is safe; every operation comes here."""
        if self._loop is not asyncio.get_running_loop():
            raise InvalidInputError(
                "the client is used in an event loop in which it was not opened: "
                "`async with` it in the one that uses it"
            )
        attempts = Attempts(self._retries, call.operation)
        while True:
            try:
                await self._take_turn(call)
                try:
                    answer = await self._transport.send(call)
                finally:
                    self._turns.release()
                return _understood(answer, read)
            except AmbiguousOutcomeError:
                raise
            except (TransportError, ApiError) as error:
                if attempts.was_done(error):
                    done = Answer(call=call, status=HTTPStatus.NO_CONTENT, size=0)
                    return read(done)
                delay = attempts.delay_after(error)
            await asyncio.sleep(delay)

    async def _take_turn(self, call: Call) -> None:
        longest = self._transport.longest_turn
        if not self._turns.locked():
            await self._turns.acquire()  # at once
            return
        try:
            async with asyncio.timeout(longest):
                await self._turns.acquire()
        except TimeoutError:
            raise ConnectError(
                f"{call.operation.name}: no connection was free within {longest:g} s."
            ) from None


def _understood(answer: Answer, read: Callable[[Answer], T]) -> T:
    """Read an answer.

    Raises:
        AmbiguousOutcomeError: it makes no sense, so that only asking can tell what was
            done; of what can be repeated that is said as it is.
    """
    try:
        return read(answer)
    except UnexpectedResponseError as error:
        if answer.call.operation.repeatable:
            raise
        raise unclear(error, answer.call.operation) from error
