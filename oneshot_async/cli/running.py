"""How a command runs beside something else, and how it is asked to stop."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager, suppress


@asynccontextmanager
async def beside(work: Coroutine[object, object, None]) -> AsyncGenerator[None, None]:
    """Do some work until the block ends; if the work fails, so does the block."""
    try:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(work)
            try:
                yield
            finally:
                task.cancel()
    except ExceptionGroup as group:
        raise group.exceptions[0] from None


@contextmanager
def stop_requests() -> Generator[asyncio.Event, None, None]:
    """Give an event that SIGTERM sets; Ctrl-C cancels, as ever."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    # Where a loop cannot handle signals, SIGTERM ends the process at once.
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, asked.set)
    try:
        yield asked
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)
