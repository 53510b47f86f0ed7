"""Single questions to a server, for who looks whether everything is in its place."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

import aiohttp
import attrs
from yarl import URL

from ._transport import base_url
from .errors import ConnectError, InvalidInputError

_SECONDS = 10


@attrs.frozen(kw_only=True)
class Answered:
    """What an answer tells without its body.

    Attributes:
        date: when the server says that it answered.
        asked: when it was asked, by the clock here; and `seconds` is how long it took.
    """

    status: int
    date: datetime | None
    asked: datetime
    seconds: float


async def greet(url: str, *, context: ssl.SSLContext | None = None) -> Answered:
    """Ask an Optimizer for the least that there is to ask for.

    Raises:
        ConnectError: nobody answers.
        InvalidInputError: it is no URL.
    """
    return await _ask("GET", base_url(url) / "hello", b"", context)


async def post(
    url: str, body: bytes, *, context: ssl.SSLContext | None = None
) -> Answered:
    """Post JSON to a callback URL.

    Raises:
        ConnectError: nobody answers.
        InvalidInputError: it is no URL.
    """
    try:
        target = URL(url)
    except ValueError:
        target = URL()
    if target.scheme not in {"http", "https"} or not target.host:
        raise InvalidInputError("the callback URL is no http(s) URL with a host")
    return await _ask("POST", target, body, context)


async def certificate_end(url: str, *, context: ssl.SSLContext | None) -> datetime:
    """Return until when the certificate is valid that a server shows.

    Raises:
        ConnectError: it shows none that can be trusted.
    """
    server = base_url(url)
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(
                server.host, server.port, ssl=context or ssl.create_default_context()
            )
    except ssl.SSLCertVerificationError as error:
        raise ConnectError(f"{error.verify_message}.") from None
    except (OSError, TimeoutError) as error:
        raise ConnectError(f"{_reason(error)}.") from None
    shown = writer.get_extra_info("peercert")
    writer.transport.abort()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)


async def _ask(
    method: str, url: URL, body: bytes, context: ssl.SSLContext | None
) -> Answered:
    asked, since = datetime.now(UTC), monotonic()
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method,
                url,
                data=body or None,
                headers={"Content-Type": "application/json"} if body else {},
                ssl=context or True,
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
                allow_redirects=False,
            ) as response,
        ):
            return Answered(
                status=response.status,
                date=_date(response.headers.get("Date", "")),
                asked=asked,
                seconds=monotonic() - since,
            )
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ConnectError(f"{_reason(error)}.") from None


def _reason(error: Exception) -> str:
    """Say what failed, and nothing of a URL but its host."""
    if isinstance(error, TimeoutError):
        return f"no answer within {_SECONDS} s"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return str(error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorError | socket.gaierror):
        return str(error)
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or type(error).__name__


def _date(header: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(header)
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
