"""``oneshot-async doctor``: is everything in its place?"""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import attrs
import click

from oneshot_async.inbox import Inbox
from oneshot_async.receiver import Receiver

from .checks import OptimizerChecks, callback_url_reached, inbox_is_writable
from .console import Console, console_for
from .environment import callback_secrets, token_or_none
from .options import (
    PORT,
    examples,
    json_option,
    kept_inbox_option,
    public_url_option,
)
from .verdicts import Check, Outcome, Verdict, skipped, verdict_of


@click.command(
    epilog=examples(
        "oneshot-async doctor https://optimizer.example.com",
        "oneshot-async doctor --inbox sqlite:///callbacks.db "
        "--public-url https://sign.example.com --listen-port 8080",
    )
)
@click.argument("url", required=False)
@kept_inbox_option
@public_url_option
@click.option(
    "--listen-host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on meanwhile, with --listen-port.",
)
@click.option(
    "--listen-port",
    type=PORT,
    help="Listen here meanwhile, where no receiver runs yet behind the public URL.",
)
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="A private authority that vouches for the servers.",
)
@json_option
@click.pass_context
def doctor(
    context: click.Context,
    url: str | None,
    inbox: str | None,
    public_url: str | None,
    listen_host: str,
    listen_port: int | None,
    ca: Path | None,
    *,
    as_json: bool,
) -> None:
    """Look whether everything is in its place, and say what to do if not.

    Of the Optimizer at URL: does it answer, does TLS prove who it is, does it know the
    token in ONESHOT_TOKEN, and do the clocks agree? Do callback URLs lead through
    --public-url to a receiver that knows ONESHOT_CALLBACK_SECRETS? Can the inbox be
    written to? What is not given is skipped.

    Nothing is created, paid for or delivered. The exit code is 1 if a check fails.
    """
    patient = _Patient(
        url=url,
        inbox=Inbox(inbox) if inbox else None,
        public_url=public_url,
        listen=None if listen_port is None else (listen_host, listen_port),
        context=None if ca is None else _context(ca),
    )
    with console_for(machine=as_json) as console:
        is_well = asyncio.run(patient.examine(console))
    context.exit(0 if is_well else 1)


@attrs.frozen(kw_only=True)
class _Patient:
    """What is looked at."""

    url: str | None
    inbox: Inbox | None
    public_url: str | None
    listen: tuple[str, int] | None
    context: ssl.SSLContext | None

    async def examine(self, console: Console) -> bool:
        """Tell each verdict; return whether none is bad."""
        outcomes: set[Outcome] = set()
        for name, check in self._checks().items():
            verdict = await verdict_of(check)
            console.verdict(name, verdict)
            outcomes.add(verdict.outcome)
        return Outcome.FAILED not in outcomes

    def _checks(self) -> dict[str, Check]:
        return {
            **self._optimizer_checks(),
            "callback-url": self._callback_url,
            "inbox": self._inbox,
        }

    def _optimizer_checks(self) -> dict[str, Check]:
        if self.url is None:
            return {"optimizer": _no_optimizer}
        about = OptimizerChecks(url=self.url, rao=token_or_none(), context=self.context)
        return {
            "optimizer": about.reached,
            "tls": about.tls,
            "token": about.token,
            "clock": about.clock,
        }

    async def _callback_url(self) -> Verdict:
        if self.public_url is None:
            return skipped("no public URL given", "Give --public-url.")
        secrets, made_up = callback_secrets()
        if made_up and self.listen is None:
            advice = "Set ONESHOT_CALLBACK_SECRETS, or give --listen-port."
            return skipped("the receiver's secrets are not known", advice)
        async with self._listening(self.public_url, secrets):
            return await callback_url_reached(self.public_url, secrets, self.context)

    @asynccontextmanager
    async def _listening(
        self, public_url: str, secrets: list[str]
    ) -> AsyncGenerator[None, None]:
        """Have a receiver behind the public URL, if one is asked for."""
        async with AsyncExitStack() as running:
            if self.listen is not None:
                host, port = self.listen
                inbox = await running.enter_async_context(Inbox())
                receiver = Receiver(
                    inbox, secrets=secrets, public_url=public_url, host=host, port=port
                )
                await running.enter_async_context(receiver)
            yield

    async def _inbox(self) -> Verdict:
        if self.inbox is None:
            return skipped("no inbox given", "Give --inbox or set ONESHOT_INBOX.")
        return await inbox_is_writable(self.inbox)


async def _no_optimizer() -> Verdict:
    return skipped("no URL given", "Give the Optimizer's.")


def _context(authority: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except ssl.SSLError:
        raise click.BadParameter("no certificate in PEM", param_hint="--ca") from None
