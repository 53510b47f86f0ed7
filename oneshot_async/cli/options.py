"""The options that several commands share, and the signature they ask for."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import click

from oneshot_async._transport import base_url
from oneshot_async.callback_urls import CallbackUrls
from oneshot_async.errors import InvalidInputError
from oneshot_async.inbox import Inbox
from oneshot_async.models.signatures import (
    Appearance,
    Rectangle,
    SignatureParameters,
)
from oneshot_async.resources.documents import MAX_UPLOADS
from oneshot_async.resources.pdfs import fault_at
from oneshot_async.stores import store_for
from oneshot_async.stores.sqlite import SqliteStore

_Option = Callable[[Callable[..., None]], Callable[..., None]]
"""Adds an option to a command's function."""

FOR_MACHINES = f"{__name__}.json"
"""Where a context keeps whether a machine reads along."""
PORT = click.IntRange(0, 65535)
_CORNER = Rectangle(24, 18, 204, 58)
_PLACE = re.compile(r"(\d+):(\d+),(\d+),(\d+),(\d+)", re.ASCII)


def examples(*commands: str, after: str = "") -> str:
    """Return the end of a help text: commands to copy, and what to say about them."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExamples:\n{lines}" + (f"\n\n{after}" if after else "")


def visible_at(position: Rectangle, page: int = 0) -> SignatureParameters:
    """Return a signature that shows who signed and when, at a place."""
    lines = ["Signed by %(CN)s", "%(DATE)s"]
    appearance = Appearance(
        text=lines, date="%d/%m/%Y %H:%M:%S %Z", position=position, page=page
    )
    return SignatureParameters(appearance=appearance)


def in_the_corner() -> SignatureParameters:
    """Return a visible signature where it covers little: first page, lower left."""
    return visible_at(_CORNER)


def _checked(
    _context: click.Context, _parameter: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    if len(paths) > MAX_UPLOADS:
        raise click.BadParameter(f"a request takes {MAX_UPLOADS} at most")
    for path in paths:
        if (fault := fault_at(path)) is not None:
            raise InvalidInputError(f"{path}: {fault}")
    return paths


def _signature(
    _context: click.Context, _parameter: click.Parameter, place: str | None
) -> SignatureParameters | None:
    if place is None:
        return in_the_corner()
    if place == "none":
        return None
    if not (found := _PLACE.fullmatch(place)):
        raise click.BadParameter("give PAGE:X1,Y1,X2,Y2 or none")
    page, *corners = map(int, found.groups())
    with told_as_usage():
        return visible_at(Rectangle(*corners), page)


def _optimizer(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    with told_as_usage():
        base_url(url)
    return url


def _public_url(
    _context: click.Context, _parameter: click.Parameter, url: str | None
) -> str | None:
    if url is not None:
        with told_as_usage():
            CallbackUrls(url, ["no secret, only long"])
    return url


@contextmanager
def told_as_usage(option: str | None = None) -> Generator[None, None, None]:
    """Tell what cannot be used as wrong usage of an option, by default the present."""
    try:
        yield
    except InvalidInputError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _inbox(
    _context: click.Context, _parameter: click.Parameter, url: str | None
) -> Inbox | None:
    if url is None:
        return None
    with told_as_usage():
        return Inbox(url)


def _noted(context: click.Context, _parameter: click.Parameter, as_json: bool) -> bool:
    """Have the errors of the other options told to machines too."""
    context.meta[FOR_MACHINES] = as_json or context.meta.get(FOR_MACHINES, False)
    return as_json


def _kept_inbox(
    context: click.Context, parameter: click.Parameter, url: str | None
) -> str | None:
    if url is not None and url.startswith("memory:"):
        raise click.BadParameter("an inbox in memory has ended with its process")
    _inbox(context, parameter, url)
    return url


def existing(url: str | None) -> Inbox:
    """Return the inbox that `--inbox` names, which must be there already.

    Raises:
        InvalidInputError: its file is not.
    """
    if url is None:
        raise click.UsageError("Missing option '--inbox'.")
    store = store_for(url)
    if isinstance(store, SqliteStore) and not store.path.exists():
        raise InvalidInputError(f"{store.path} is not there: a receiver makes it")
    return Inbox(store)


optimizer_argument: _Option = click.argument("url", callback=_optimizer)
inbox_option: _Option = click.option(
    "--inbox",
    envvar="ONESHOT_INBOX",
    show_envvar=True,
    default="memory:",
    show_default=True,
    callback=_inbox,
    metavar="URL",
    help="Where callbacks are kept: memory:, sqlite:///FILE or postgresql://….",
)
kept_inbox_option: _Option = click.option(
    "--inbox",
    envvar="ONESHOT_INBOX",
    show_envvar=True,
    callback=_kept_inbox,
    metavar="URL",
    help="Where the callbacks are kept: sqlite:///FILE or postgresql://….",
)
json_option: _Option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    is_eager=True,
    callback=_noted,
    help="Print one JSON object per line.",
)
host_option: _Option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on."
)
port_option: _Option = click.option(
    "--port",
    type=PORT,
    default=0,
    help="The port to listen on; by default any free one.",
)
documents_option: _Option = click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    callback=_checked,
    metavar="FILE",
    help="A PDF to sign; can be given several times.",
)
output_option: _Option = click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("signed"),
    show_default=True,
    metavar="DIR",
    help="Where the results go; nothing in there is overwritten.",
)
place_option: _Option = click.option(
    "--place",
    "signature",
    callback=_signature,
    metavar="PAGE:X1,Y1,X2,Y2",
    help="Where the visible signature stands: the page, counted from 0, and two "
    "corners in points from its lower left; none for an invisible one.",
)
public_url_option: _Option = click.option(
    "--public-url",
    callback=_public_url,
    metavar="URL",
    help="The URL under which One-Shot reaches the receiver.",
)
