"""Asking a person while the event loop runs on."""

import asyncio
import sys
import threading

import click


async def ask(question: str) -> str:
    """Return the answer to a question that is put on the terminal.

    Raises:
        click.Abort: there is nobody to answer.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def settle(said: str) -> None:
        if answer.done():
            return
        if said:
            answer.set_result(said)
        else:
            answer.set_exception(click.Abort())

    def read() -> None:
        loop.call_soon_threadsafe(settle, _answer_to(question))

    # Not a worker of the loop's: nothing can end a read, and nobody must wait for it.
    threading.Thread(target=read, daemon=True).start()
    return await answer


def _answer_to(question: str) -> str:
    """Return a line that is not empty, or nothing at the end of input."""
    # click.prompt would redirect the whole process's stdout while it waits.
    while True:
        click.echo(f"{question}: ", nl=False, err=True)
        try:
            line = sys.stdin.readline()
        except (OSError, ValueError):
            return ""
        if not line or line.strip():
            return line.strip()
