"""The receiver as a server of its own."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import attrs
from aiohttp import web
from yarl import URL

from oneshot_async._checks import cannot_listen, check_address, check_kind, http_url
from oneshot_async._discretion import discreet
from oneshot_async._secrecy import Secret
from oneshot_async.callback_urls import CallbackUrls, usable
from oneshot_async.errors import InboxClosedError, InvalidInputError
from oneshot_async.inbox import Inbox

from .app import handler_of
from .connections import connections_of
from .limits import Limits
from .network import AllowList
from .readiness import Readiness
from .reception import Reception, check_parts
from .routes import Routes

_SHUTDOWN_SECONDS = 5.0


@discreet
class Receiver(Secret):
    """Listens for callbacks and delivers them to an inbox, while its block runs.

    Args:
        inbox: an open inbox; it stays open when the receiver ends.
        secrets: what callback URLs are minted and verified with; see `CallbackUrls`.
        public_url: the URL under which One-Shot reaches this receiver; by default the
            address it listens on, which suits a simulator on the same machine.
        host: the address to listen on.
        port: 0 picks a free one.
        ssl_context: for TLS here rather than in a proxy before it; one that asks for
            the caller's certificate makes it mutual.
        allow: the networks that callbacks may come from; by default all.
        limits: what callers may use of it.
        health: serve ``/healthz`` and ``/readyz`` as `create_app` does; both say a
            status and nothing else.
    """

    def __init__(
        self,
        inbox: Inbox,
        *,
        secrets: Iterable[str],
        public_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
        allow: AllowList | None = None,
        limits: Limits | None = None,
        health: bool = True,
    ) -> None:
        check_parts(inbox, allow, limits)
        check_address(host, port)
        if public_url is not None:
            http_url(public_url, "public_url")
        check_kind(ssl_context, ssl.SSLContext | None, "ssl_context", "an SSLContext")
        self._inbox = inbox
        self._secrets = usable(secrets)
        self._public_url = public_url
        self._address = (host, port)
        self._ssl = ssl_context
        self._allow = allow
        self._limits = Limits() if limits is None else limits
        self._health = health
        self._started: _Started | None = None

    @property
    def url(self) -> str:
        """The URL of the address it listens on."""
        return self._running().url

    @property
    def urls(self) -> CallbackUrls:
        """What the client mints callback URLs with."""
        return self._running().urls

    async def __aenter__(self) -> Self:
        if self._started is not None:
            raise InvalidInputError("this receiver is running already")
        if not self._inbox.is_open:
            raise InboxClosedError("the inbox is not open: `async with` it around this")
        async with AsyncExitStack() as stack:
            listening = stack.enter_context(await _listen(*self._address))
            url = _url_of(listening, secure=self._ssl is not None)
            urls = CallbackUrls(self._public_url or _reachable(url), self._secrets)
            reception = Reception(
                self._inbox, urls, allow=self._allow, limits=self._limits
            )
            await self._serve(reception, listening, stack)
            readiness = reception.readiness
            self._started = _Started(str(url), urls, readiness, stack.pop_all())
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def drain(self) -> None:
        """Say at ``/readyz`` that nothing more should be sent here, and go on."""
        self._running().readiness.draining = True

    async def close(self) -> None:
        """Stop listening, after what is being received has been kept; idempotent."""
        started, self._started = self._started, None
        if started is not None:
            started.readiness.draining = True
            await started.stack.aclose()

    async def _serve(
        self, reception: Reception, listening: socket.socket, stack: AsyncExitStack
    ) -> None:
        web_server = web.Server(handler_of(Routes(reception, self._health)))
        runner = web.ServerRunner(web_server, shutdown_timeout=1.0)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        # Nothing waits until the server can be closed, so that nothing is left of it.
        server = await asyncio.get_running_loop().create_server(
            connections_of(web_server, self._limits),
            sock=listening,
            ssl=self._ssl,
            ssl_handshake_timeout=self._limits.seconds if self._ssl else None,
            start_serving=False,
        )
        stack.push_async_callback(reception.ended, _SHUTDOWN_SECONDS)
        stack.callback(server.close)
        await server.start_serving()

    def _running(self) -> "_Started":
        if self._started is None:
            raise InboxClosedError("the receiver is not running: use it `async with`")
        return self._started


@attrs.frozen
class _Started:
    url: str
    urls: CallbackUrls
    readiness: Readiness
    stack: AsyncExitStack


async def _listen(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise cannot_listen(error, host, port) from error


def _url_of(listening: socket.socket, *, secure: bool) -> URL:
    host, port = listening.getsockname()[:2]
    return URL.build(scheme="https" if secure else "http", host=host, port=port)


def _reachable(url: URL) -> str:
    if url.host in {"0.0.0.0", "::"}:  # noqa: S104  # compared with, not bound to
        raise InvalidInputError(
            "public_url is needed when listening on every address: nobody can call "
            f"{url.host}"
        )
    return str(url)
