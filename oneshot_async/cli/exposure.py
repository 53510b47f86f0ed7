"""How the receiver of the command line faces the network: who may call, and TLS."""

import ssl
from collections.abc import Callable
from pathlib import Path

import click

from oneshot_async.receiver import AllowList

from .options import told_as_usage

_Option = Callable[[Callable[..., None]], Callable[..., None]]
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def allow_list(networks: tuple[str, ...], trusted_proxies: int) -> AllowList | None:
    """Return the list that the options make, or None if everybody may call."""
    if not networks:
        if trusted_proxies:
            raise click.UsageError("--trusted-proxies needs an --allow")
        return None
    with told_as_usage("'--allow'"):
        return AllowList(networks, trusted_proxies=trusted_proxies)


def server_context(
    certificate: Path | None, key: Path | None, client_ca: Path | None
) -> ssl.SSLContext | None:
    """Return the TLS that the options make, or None for plain HTTP."""
    if certificate is None:
        if key or client_ca:
            raise click.UsageError("--tls-key and --client-ca need a --tls-certificate")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
        if client_ca is not None:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise click.UsageError(f"the TLS files cannot be used: {reason}") from None
    return context


def _no_password() -> str:
    """Keep OpenSSL from asking on the terminal for a password that it may not have."""
    raise ValueError("the key has a password; give one without")


def exposure_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: tuple[_Option, ...] = (
    click.option(
        "--allow",
        multiple=True,
        metavar="NETWORK",
        help="Take callbacks from this network only, as 192.0.2.0/24; can be given "
        "several times.",
    ),
    click.option(
        "--trusted-proxies",
        type=click.IntRange(min=0),
        default=0,
        help="How many proxies of yours append to X-Forwarded-For on the way here.",
    ),
    click.option(
        "--tls-certificate",
        type=_FILE,
        metavar="FILE",
        help="Serve TLS with this certificate and its chain, in PEM.",
    ),
    click.option(
        "--tls-key",
        type=_FILE,
        metavar="FILE",
        help="Its private key, if it is not in the same file.",
    ),
    click.option(
        "--client-ca",
        type=_FILE,
        metavar="FILE",
        help="Take callbacks only from who has a certificate of this authority (mTLS).",
    ),
)
