"""How many callbacks are being received, for who has to wait until none is."""

import asyncio
from contextlib import suppress
from types import TracebackType


class Receiving:
    """Entered by a handler for as long as it works on a callback.

    To wait for handlers is not left to aiohttp: when it shuts down it reads no further,
    so that a body which is still arriving would be lost.
    """

    def __init__(self) -> None:
        self._number = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._number += 1
        self._none.clear()

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._number -= 1
        if not self._number:
            self._none.set()

    async def ended(self, seconds: float) -> None:
        """Wait until nothing is being received, but not for longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._none.wait()
