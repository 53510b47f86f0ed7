"""A thread for work that blocks, which shares no lock with the event loop."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

R = TypeVar("R")


class WorkThread:
    """Does one piece of work at a time, in the order in which they were given.

    An executor's futures have locks, for which the loop would wait now and then.
    """

    def __init__(self, name: str) -> None:
        self._pieces: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        # Who forgets to end it shall not be kept from ending the program.
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def do(self, work: Callable[[], R]) -> asyncio.Future[R]:
        """Return what will be returned or raised; if cancelled, it is done still."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._pieces.put(lambda: _do(work, future))
        return future

    def end(self) -> None:
        """Have the thread end when everything that was given is done."""
        self._pieces.put(None)

    def _run(self) -> None:
        for piece in iter(self._pieces.get, None):
            piece()


def _do(work: Callable[[], R], future: asyncio.Future[R]) -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
        _tell(future, future.set_exception, error)
    else:
        _tell(future, future.set_result, result)


def _tell(
    future: asyncio.Future[Any], tell: Callable[[Any], None], outcome: object
) -> None:
    def tell_in_the_loop() -> None:
        if not future.done():
            tell(outcome)

    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        future.get_loop().call_soon_threadsafe(tell_in_the_loop)
