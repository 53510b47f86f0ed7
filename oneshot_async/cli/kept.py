"""The state of a signing, kept in a file, and the command that goes on from there."""

import json
import secrets
import shlex
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, Self

import attrs
import click

from oneshot_async._files import save, to_its_end
from oneshot_async.errors import OneShotError, RequestCancelledError


class Remembering(click.Command):
    """A command that can tell how it was called."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, and keep them as they were given."""
        ctx.meta[__name__] = list(args)
        return super().parse_args(ctx, args)


def again(context: click.Context, resume: Path) -> str:
    """Return the command as it was called, but to resume; it does not name a person."""
    parser = context.command.make_parser(context)
    given, *_ = parser.parse_args(list(context.meta[__name__]))
    given["resume"] = str(resume)
    words = context.command_path.split()
    for parameter in context.command.params:
        if parameter.expose_value and parameter.name in given:
            words += _written(parameter, given[parameter.name])
    return shlex.join(words)


def _written(parameter: click.Parameter, given: str | list[str] | bool) -> list[str]:
    flag = parameter.opts[0]
    if isinstance(given, bool):
        return [flag]
    values = [given] if isinstance(given, str) else given
    if isinstance(parameter, click.Argument):
        return values
    return [word for value in values for word in (flag, value)]


@attrs.frozen
class Kept:
    """The state of a signing in a file that only its owner can read."""

    path: Path

    @classmethod
    def new_in(cls, folder: Path) -> Self:
        """Return one for a signing that begins."""
        return cls(folder / f"signing-{secrets.token_hex(4)}.json")

    async def write(self, state: Mapping[str, Any]) -> None:
        """Put the state in place of the last one."""
        await save(_whole(json.dumps(state).encode()), self.path)

    async def forget(self) -> None:
        """Remove the file, if there is one."""
        await to_its_end(self.path.unlink, missing_ok=True)


async def _whole(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


def leads_on(state: Mapping[str, Any], error: BaseException) -> bool:
    """Whether a signing that ended so can be gone on with."""
    if isinstance(error, RequestCancelledError):
        return False
    if state.get("request_pk") is not None:
        return True
    was_created = error.state if isinstance(error, OneShotError) else state
    return bool(was_created) and state.get("correlation") is not None
