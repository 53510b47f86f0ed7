"""``oneshot-async callback-url``: mint one."""

from datetime import timedelta

import click

from oneshot_async.callback_urls import CallbackUrls

from .console import console_for
from .environment import callback_secrets
from .options import examples, json_option, public_url_option


@click.command(
    "callback-url",
    epilog=examples(
        "oneshot-async callback-url --public-url https://sign.example.com",
        "oneshot-async callback-url --public-url https://sign.example.com --fixed",
        after="The first is for one request, as the callback of its create; the second "
        "is the one to configure at the registration authority.",
    ),
)
@public_url_option
@click.option("--fixed", is_flag=True, help="The one for all requests; never expires.")
@click.option(
    "--days", type=click.IntRange(1, 36500), help="It expires after so many days."
)
@json_option
def callback_url(
    public_url: str | None, days: int | None, *, fixed: bool, as_json: bool
) -> None:
    """Mint a callback URL, which a receiver with the same secrets takes.

    The secrets come from ONESHOT_CALLBACK_SECRETS; the first one mints. What is printed
    is a secret too: whoever has it can send callbacks.
    """
    if public_url is None:
        raise click.UsageError("Missing option '--public-url'.")
    if fixed and days:
        raise click.UsageError("--days does not go with --fixed, which never expires.")
    secrets, made_up = callback_secrets()
    if made_up:
        raise click.UsageError("Set ONESHOT_CALLBACK_SECRETS: what the receiver has.")
    lifetime = None if days is None else timedelta(days=days)
    urls = CallbackUrls(public_url, secrets, lifetime=lifetime)
    minted = None if fixed else urls.mint()
    url = minted.url if minted else urls.fixed()
    told = {"callback_url": url, "correlation": minted and minted.correlation}
    with console_for(machine=as_json) as console:
        console.tell(told, url)
