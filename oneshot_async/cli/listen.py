"""``oneshot-async listen``: the receiver as a process of its own."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from pathlib import Path

import click

from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.receiver import Receiver

from .callbacks import fields_of, showing_new, words_of
from .console import Console, console_for
from .environment import callback_secrets
from .exposure import allow_list, exposure_options, server_context
from .options import (
    host_option,
    inbox_option,
    json_option,
    port_option,
    public_url_option,
)
from .running import beside, stop_requests


@click.command()
@inbox_option
@host_option
@port_option
@public_url_option
@exposure_options
@click.option(
    "--drain",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="When asked to stop, say 503 at /readyz and go on for so long, or until "
    "asked again.",
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
    drain: float,
    metrics_port: int | None,
    metrics_host: str,
    as_json: bool,
) -> None:
    """Take callbacks and print them as they are kept.

    The secrets of callback URLs are taken from ONESHOT_CALLBACK_SECRETS, separated by
    commas; if there are none, one is made up and printed. GET /healthz is 200 while
    this runs, and GET /readyz while the inbox answers, else 503.
    """
    secrets, made_up = callback_secrets()
    if made_up:
        click.echo(f"made up: ONESHOT_CALLBACK_SECRETS={secrets[0]}", err=True)
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
        watched = _watched(inbox, metrics_host, metrics_port)
        asyncio.run(_run(inbox, receiver, console, drain, watched))


async def _run(
    inbox: Inbox,
    receiver: Receiver,
    console: Console,
    drain: float,
    watched: AbstractAsyncContextManager[str | None],
) -> None:
    def show(event: CallbackEvent) -> None:
        console.tell(fields_of(event), words_of(event))

    with stop_requests() as asked:
        async with inbox, showing_new(inbox, show) as shown, receiver, watched as url:
            _tell_where(console, receiver, url)
            async with beside(shown.follow()):
                await asked.wait()
                receiver.drain()
                await _asked_again(asked, drain)


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


def _tell_where(console: Console, receiver: Receiver, metrics: str | None) -> None:
    url, secret_url = receiver.url, receiver.urls.fixed()
    words = [
        f"Listening on {url}",
        f"Secret URL for the registration authority: {secret_url}",
    ]
    fields = {"listening": url, "callback_url": secret_url}
    if metrics is not None:
        fields["metrics"] = metrics
        words.append(f"Metrics: {metrics}")
    console.tell(fields, "\n".join(words))


async def _asked_again(asked: asyncio.Event, seconds: float) -> None:
    """Wait to be asked once more, but not for longer than this."""
    asked.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asked.wait()
