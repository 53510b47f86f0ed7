"""Asking a person while the event loop runs on."""

import asyncio
import sys
import threading
import warnings
from collections.abc import Callable
from getpass import GetPassWarning

import click

from oneshot_async.errors import InvalidInputError


def answer(
    label: str,
    told_by: str,
    *,
    default: str | None = None,
    is_secret: bool = False,
    check: Callable[[str], str] | None = None,
) -> str:
    """Return the answer to a question, asked before anything runs.

    Args:
        told_by: the option or variable that would have told it.

    Raises:
        InvalidInputError: there is nobody to answer.
    """
    with warnings.catch_warnings():
        # Without a terminal a secret would be read with an echo.
        warnings.simplefilter("error", GetPassWarning)
        try:
            found: str = click.prompt(
                label,
                default=default,
                hide_input=is_secret,
                value_proc=check,
                err=True,
            )
        except GetPassWarning:
            raise InvalidInputError(f"{told_by} is not set") from None
        except click.Abort as error:
            if isinstance(error.__context__, KeyboardInterrupt):
                raise
            raise InvalidInputError(f"nobody answers: give {told_by}") from None
    return found


async def ask(question: str) -> str:
    """Return the line that answers a question, put on the terminal; it may be empty.

    Raises:
        click.Abort: there is nobody to answer.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[str] = loop.create_future()

    def settle(said: str) -> None:
        if answered.done():
            return
        if said:
            answered.set_result(said.strip())
        else:
            answered.set_exception(click.Abort())

    def read() -> None:
        loop.call_soon_threadsafe(settle, _answer_to(question))

    # Not a worker of the loop's: nothing can end a read, and nobody must wait for it.
    threading.Thread(target=read, daemon=True).start()
    return await answered


def _answer_to(question: str) -> str:
    """Return a line with its end, or nothing at the end of input."""
    # click.prompt would redirect the whole process's stdout while it waits.
    click.echo(f"{question}: ", nl=False, err=True)
    try:
        return sys.stdin.readline()
    except (OSError, ValueError):
        return ""
