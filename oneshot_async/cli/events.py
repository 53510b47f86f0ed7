"""``oneshot-async events``: what a durable inbox holds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import click
from click.core import ParameterSource

from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk
from oneshot_async.receiver import replay as replay_quarantine
from oneshot_async.stores import Quarantined

from .callbacks import Shown, fields_of, words_of
from .console import Console, console_for
from .options import examples, existing, json_option, kept_inbox_option
from .running import beside, stop_requests

T = TypeVar("T")

_PAGE = 1000

_Work = Callable[[Inbox, Console], Awaitable[None]]
"""What a command does with an open inbox."""


@click.group(
    invoke_without_command=True,
    epilog=examples(
        "oneshot-async events --inbox sqlite:///callbacks.db --follow",
        "oneshot-async events quarantine --inbox sqlite:///callbacks.db",
        "oneshot-async events prune --inbox sqlite:///callbacks.db --days 90",
    ),
)
@kept_inbox_option
@click.option("--pk", type=click.IntRange(min=1), help="Of this request only.")
@click.option("--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@json_option
@click.pass_context
def events(
    context: click.Context,
    inbox: str | None,
    pk: int | None,
    *,
    follow: bool,
    as_json: bool,
) -> None:
    """Print the callbacks that an inbox holds, in the order of their arrival.

    Without a command: list them.
    """
    if context.invoked_subcommand is not None:
        _check_that_nothing_is_listed(context, pk, follow=follow)
        return
    key = None if pk is None else RequestPk(pk)
    shown = _follow if follow else _list
    _run(context, inbox, lambda i, console: shown(i, key, console), as_json=as_json)


@events.command()
@kept_inbox_option
@json_option
@click.pass_context
def quarantine(context: click.Context, inbox: str | None, *, as_json: bool) -> None:
    """List what came and could not be read."""
    _run(context, inbox, _list_quarantine, as_json=as_json)


@events.command()
@kept_inbox_option
@json_option
@click.pass_context
def replay(context: click.Context, inbox: str | None, *, as_json: bool) -> None:
    """Deliver what can be read by now."""
    _run(context, inbox, _replay, as_json=as_json)


@events.command()
@kept_inbox_option
@click.option(
    "--days",
    type=click.IntRange(min=1),
    required=True,
    help="Forget what is older; more than any request of yours lives.",
)
@json_option
@click.pass_context
def prune(
    context: click.Context, inbox: str | None, days: int, *, as_json: bool
) -> None:
    """Forget what is old."""

    async def forget(inbox: Inbox, console: Console) -> None:
        count = await inbox.prune(timedelta(days=min(days, timedelta.max.days)))
        console.conclude({"pruned": count}, f"{count} callbacks forgotten")

    _run(context, inbox, forget, as_json=as_json)


def _check_that_nothing_is_listed(
    context: click.Context, pk: int | None, *, follow: bool
) -> None:
    if pk is not None or follow:
        raise click.UsageError(
            f"--pk and --follow do not go with {context.invoked_subcommand!r}.", context
        )


def _run(
    context: click.Context, inbox: str | None, work: _Work, *, as_json: bool
) -> None:
    kept = existing(_chosen(context, "inbox", inbox))
    as_json = _chosen(context, "as_json", as_json)

    async def run(opened: Inbox, console: Console) -> None:
        async with opened:
            await work(opened, console)

    with console_for(machine=as_json) as console:
        asyncio.run(run(kept, console))


def _chosen(context: click.Context, name: str, here: T) -> T:
    """Return the value of an option that may also stand before the command."""
    if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        return here
    before = context.parent.params if context.parent else {}
    value: T = before.get(name, here)
    return value


async def _list(inbox: Inbox, key: RequestPk | None, console: Console) -> None:
    after = 0
    while page := await inbox.history(key, after=after, limit=_PAGE):
        for event in page:
            _tell(event, console)
        after = page[-1].sequence
    if not after:
        click.echo("no callbacks", err=True)


async def _follow(inbox: Inbox, key: RequestPk | None, console: Console) -> None:
    shown = Shown(inbox, lambda event: _tell(event, console), key)
    with stop_requests() as asked:
        async with beside(shown.follow()):
            await asked.wait()


async def _list_quarantine(inbox: Inbox, console: Console) -> None:
    found = await inbox.quarantined()
    for one in found:
        console.tell(*_told(one))
    if not found:
        click.echo("nothing in quarantine", err=True)


async def _replay(inbox: Inbox, console: Console) -> None:
    done = await replay_quarantine(inbox)
    console.conclude(
        {"delivered": done.delivered, "refused": done.refused},
        f"{done.delivered} delivered, {done.refused} still cannot be read",
    )


def _tell(event: CallbackEvent, console: Console) -> None:
    console.tell(fields_of(event), words_of(event))


def _told(one: Quarantined) -> tuple[dict[str, object], str]:
    fields: dict[str, object] = {
        "number": one.number,
        "received_at": one.received_at.isoformat(),
        "reason": one.reason,
        "bytes": len(one.body),
    }
    at = f"{one.received_at:%Y-%m-%d %H:%M:%S} UTC"
    return fields, f"{one.number}: {len(one.body)} bytes, {at}: {one.reason}"
