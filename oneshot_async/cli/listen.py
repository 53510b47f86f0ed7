"""``oneshot-async listen``: the receiver as a process of its own."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from pathlib import Path

import attrs
import click

from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.receiver import Receiver

from .callbacks import fields_of, showing_new, words_of
from .console import Console, console_for
from .environment import callback_secrets
from .exposure import allow_list, exposure_options, server_context
from .options import (
    examples,
    host_option,
    inbox_option,
    json_option,
    port_option,
    public_url_option,
)
from .running import beside, stop_requests


@click.command(
    epilog=examples(
        "oneshot-async listen --inbox sqlite:///callbacks.db --port 8080",
        "oneshot-async listen --host 0.0.0.0 --port 8080 "
        "--public-url https://sign.example.com --json",
        after="Any process that opens an inbox with the same URL awaits what comes.",
    )
)
@inbox_option
@host_option
@port_option
@public_url_option
@exposure_options
@click.option(
    "--drain",
    type=click.IntRange(min=0),
    default=0,
    metavar="SECONDS",
    help="When asked to stop, say 503 at /readyz and go on for so long, or until "
    "asked again.",
)
@click.option(
    "--hide-secret-url",
    is_flag=True,
    help="Do not print the secret URL: where what is printed goes into a log.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve /metrics for Prometheus on a port of its own.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="The address of that port; nobody else should reach it.",
)
@json_option
def listen(
    inbox: Inbox,
    host: str,
    port: int,
    public_url: str | None,
    *,
    allow: tuple[str, ...],
    trusted_proxies: int,
    tls_certificate: Path | None,
    tls_key: Path | None,
    client_ca: Path | None,
    drain: int,
    hide_secret_url: bool,
    metrics_port: int | None,
    metrics_host: str,
    as_json: bool,
) -> None:
    """Take callbacks and print them as they are kept.

    The secrets of callback URLs are taken from ONESHOT_CALLBACK_SECRETS, separated by
    commas; if there are none, one is made up and printed, unless the secret URL is not
    to be. GET /healthz is 200 while
    this runs, and GET /readyz while the inbox can be written, else 503.
    """
    secrets, made_up = callback_secrets()
    if made_up and hide_secret_url:
        raise click.UsageError(
            "Set ONESHOT_CALLBACK_SECRETS: --hide-secret-url would hide one made up."
        )
    receiver = Receiver(
        inbox,
        secrets=secrets,
        public_url=public_url,
        host=host,
        port=port,
        ssl_context=server_context(tls_certificate, tls_key, client_ca),
        allow=allow_list(allow, trusted_proxies),
    )
    with console_for(machine=as_json) as console:
        listening = _Listening(
            inbox=inbox,
            receiver=receiver,
            watched=_watched(inbox, metrics_host, metrics_port),
            console=console,
            drain=drain,
            made_up=secrets[0] if made_up else None,
            hides_url=hide_secret_url,
        )
        asyncio.run(listening.run())


@attrs.frozen(kw_only=True)
class _Listening:
    """What listens, and what is told of it."""

    inbox: Inbox
    receiver: Receiver
    watched: AbstractAsyncContextManager[str | None]
    console: Console
    drain: int
    made_up: str | None = attrs.field(repr=False)
    hides_url: bool

    async def run(self) -> None:
        """Listen until asked to stop."""
        with stop_requests() as asked:
            async with (
                self.inbox,
                showing_new(self.inbox, self._show) as shown,
                self.receiver,
                self.watched as metrics,
            ):
                self._tell_where(metrics)
                async with beside(shown.follow()):
                    await asked.wait()
                    self.receiver.drain()
                    await _asked_again(asked, self.drain)

    def _show(self, event: CallbackEvent) -> None:
        self.console.tell(fields_of(event), words_of(event))

    def _tell_where(self, metrics: str | None) -> None:
        if self.made_up is not None:
            click.echo(f"made up: ONESHOT_CALLBACK_SECRETS={self.made_up}", err=True)
        told = [("listening", "Listening on", self.receiver.url)]
        if not self.hides_url:
            words = "Secret URL for the registration authority:"
            told.append(("callback_url", words, self.receiver.urls.fixed()))
        if metrics is not None:
            told.append(("metrics", "Metrics at", metrics))
        self.console.tell(
            {name: url for name, _, url in told},
            "\n".join(f"{words} {url}" for _, words, url in told),
        )


def _watched(
    inbox: Inbox, host: str, port: int | None
) -> AbstractAsyncContextManager[str | None]:
    """Return what serves metrics of an inbox, if that is asked for."""
    if port is None:
        return nullcontext()
    from oneshot_async.receiver.metrics import Metrics  # part of an extra

    metrics = Metrics()
    inbox.observers.add(metrics)
    return metrics.serving(host=host, port=port)


async def _asked_again(asked: asyncio.Event, seconds: float) -> None:
    """Wait to be asked once more, but not for longer than this."""
    asked.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asked.wait()
