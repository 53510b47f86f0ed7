"""One connection to the receiver: what aiohttp leaves to whoever serves strangers."""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, cast

from aiohttp import web

from .answers import answer
from .limits import Limits

_LINGERING_SECONDS = 1.0
_BUFFER = 16 * 1024

_log = logging.getLogger("oneshot_async.receiver")


def connections_of(server: web.Server, limits: Limits) -> "Callable[[], Connection]":
    """Return what makes connections, for `loop.create_server`."""
    loop = asyncio.get_running_loop()
    return lambda: Connection(server, limits, loop=loop)


class Connection(web.RequestHandler):
    """Keeps to the limits, and tells nobody what a malformed request said."""

    def __init__(
        self, server: web.Server, limits: Limits, *, loop: asyncio.AbstractEventLoop
    ) -> None:
        options: dict[str, Any] = {
            # An access log would write the tokens in the paths.
            "access_log": None,
            "auto_decompress": False,
            # Of a request that has not begun as well as of one whose head is under way;
            # before 3.14.4 aiohttp does not yet time the first one of a connection.
            "keepalive_timeout": limits.seconds,
            "lingering_time": min(_LINGERING_SECONDS, limits.seconds),
            "max_field_size": limits.line,
            "max_headers": limits.headers,
            "max_line_size": limits.line,
            "read_bufsize": _BUFFER,
        }
        super().__init__(server, loop=loop, **options)
        self._server = server
        self._limits = limits
        self._asyncio_loop = loop
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve a connection, unless there are too many."""
        self._wire = cast("asyncio.Transport", transport)
        if len(self._server.connections) >= self._limits.connections:
            _log.warning("hung up: %d connections are open", self._limits.connections)
            self._wire.abort()
            return
        _narrow(self._wire)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock."""
        self._taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give the caller some time to take its answers."""
        super().pause_writing()
        self._unread = self._asyncio_loop.call_later(
            self._limits.seconds, self._wire.abort
        )

    def resume_writing(self) -> None:
        """Go on: the caller has taken its answers."""
        self._taken()
        super().resume_writing()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no request; the error and the message may quote a token."""
        level = logging.ERROR if status >= 500 else logging.INFO
        _log.log(level, "no request (%d): %s", status, type(exc).__name__)
        return answer(status)

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Write that something failed, without what it says."""
        _log.warning("a connection failed: %s", type(kw.get("exc_info")).__name__)

    def _taken(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


def _narrow(transport: asyncio.Transport) -> None:
    """Have little wait for a caller: `pause_writing` tells of the first byte beyond."""
    sent: socket.socket = transport.get_extra_info("socket")
    sent.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
    transport.set_write_buffer_limits(high=0)
