"""``oneshot-async requests``: which requests an inbox has heard of."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import attrs
import click

from oneshot_async.client import OneShotClient
from oneshot_async.errors import NotFoundError
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk

from .console import Console, console_for
from .options import examples, existing, json_option, kept_inbox_option

_PAGE = 1000
_AT_ONCE = 8


@attrs.define
class _Heard:
    """What callbacks say of a request, and what the Optimizer does."""

    pk: RequestPk
    status: str
    callbacks: int
    last: datetime | None
    now: str | None = None

    def hear(self, event: CallbackEvent) -> None:
        """Take one more callback in."""
        self.status, self.last = str(event.status), event.received_at
        self.callbacks += 1

    def fields(self) -> Mapping[str, object]:
        """Return it for machines."""
        last = self.last.isoformat() if self.last else None
        return attrs.asdict(self) | {"last": last}

    def row(self) -> Sequence[str]:
        """Return it for people."""
        last = f"{self.last:%Y-%m-%d %H:%M:%S}" if self.last else ""
        return [str(self.pk), self.status, self.now or "", str(self.callbacks), last]


@click.command(
    epilog=examples(
        "oneshot-async requests --inbox sqlite:///callbacks.db",
        "oneshot-async requests https://optimizer.example.com --json",
    )
)
@click.argument("url", required=False)
@kept_inbox_option
@json_option
def requests(url: str | None, inbox: str | None, *, as_json: bool) -> None:
    """Print a table of the requests that an inbox has heard of.

    A callback may be lost, or forged. With URL the Optimizer there is asked for each
    request, and the table says what it is now.
    """
    kept = existing(inbox)
    with console_for(machine=as_json) as console:
        asyncio.run(_run(kept, url, console))


async def _run(inbox: Inbox, url: str | None, console: Console) -> None:
    async with inbox:
        heard = await _heard_in(inbox)
    if not heard:
        click.echo("no requests", err=True)
    if url is not None:
        console.step("Ask the Optimizer")
        await _ask(url, heard)
    names = ["request", "heard", "is now", "callbacks", "last (UTC)"]
    fields = [each.fields() for each in heard]
    console.table(fields, names, [each.row() for each in heard])


async def _heard_in(inbox: Inbox) -> Sequence[_Heard]:
    found: dict[RequestPk, _Heard] = {}
    async for event in _all_in(inbox):
        if event.pk is not None:
            new = _Heard(event.pk, "", 0, None)
            found.setdefault(event.pk, new).hear(event)
    return list(found.values())


async def _all_in(inbox: Inbox) -> AsyncGenerator[CallbackEvent, None]:
    after = 0
    while page := await inbox.history(after=after, limit=_PAGE):
        for event in page:
            yield event
        after = page[-1].sequence


async def _ask(url: str, heard: Sequence[_Heard]) -> None:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(client: OneShotClient, each: _Heard) -> None:
        async with turns:
            try:
                each.now = str((await client.requests.get(each.pk)).status)
            except NotFoundError:
                each.now = "not found"

    async with OneShotClient(url) as client, _together() as tasks:
        for each in heard:
            tasks.create_task(ask(client, each))


@asynccontextmanager
async def _together() -> AsyncGenerator[asyncio.TaskGroup, None]:
    """Give a task group that fails as its first task does."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
