"""How a command runs beside something else, and how it is asked to stop."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

_ENDINGS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def run_flow(work: Coroutine[object, object, None]) -> None:
    """Run a flow; SIGTERM and SIGHUP end it as Ctrl-C does, so that it can tidy up."""
    with _ending_like_ctrl_c():
        asyncio.run(work)


@contextmanager
def _ending_like_ctrl_c() -> Generator[None, None, None]:
    heard = _heard()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in heard:  # a closed terminal sends its signal more than once
            signal.signal(number, signal.SIG_IGN)
        signal.raise_signal(signal.SIGINT)

    for number in heard:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _heard() -> list[signal.Signals]:
    """Return what asks to end; what is ignored stays so: nohup ignores SIGHUP."""
    return [one for one in _ENDINGS if signal.getsignal(one) is signal.SIG_DFL]


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
    """Give an event that SIGTERM and SIGHUP set; Ctrl-C cancels, as ever."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    heard = _heard()
    # Where a loop cannot handle signals, they end the process at once.
    with suppress(NotImplementedError):
        for number in heard:
            loop.add_signal_handler(number, asked.set)
    try:
        yield asked
    finally:
        with suppress(NotImplementedError):
            for number in heard:
                loop.remove_signal_handler(number)
