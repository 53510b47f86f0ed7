"""The only client sockets of this package: a call goes out, an answer comes back."""

import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from ssl import CERT_REQUIRED, SSLContext

import aiohttp
import attrs
from yarl import URL

from ._answers import answer_of
from ._bodies import Multipart, json_body, multipart
from ._checks import check_kind, http_url, positive
from ._secrecy import Secret
from ._wire import Answer, Call
from .errors import (
    AnswerTimeoutError,
    ConnectError,
    ConnectionLostError,
    InvalidInputError,
    TransportError,
    UnexpectedResponseError,
)

_API = "/oneshot/api/v1"
_MOST_REDIRECTS = 3
_NO_BODY = nullcontext[None]()
# Errors of a connection that was never made, so that nothing can have been sent.
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)


@attrs.frozen(kw_only=True)
class Timeouts:
    """How long to wait, in seconds.

    Args:
        turn: for a connection to be free, where as many as there may be are in use.
        connect: for a connection.
        answer: for the whole of a short operation.
        create: for ``POST /create``, which in synchronous mode includes the approval.
        sign: for ``POST /sign``, which in synchronous mode includes the signing.
        idle: between two pieces of an upload or download, whose whole length depends on
            the size of the file.
    """

    turn: float = attrs.field(default=600.0, validator=positive)
    connect: float = attrs.field(default=10.0, validator=positive)
    answer: float = attrs.field(default=30.0, validator=positive)
    create: float = attrs.field(default=120.0, validator=positive)
    sign: float = attrs.field(default=300.0, validator=positive)
    idle: float = attrs.field(default=60.0, validator=positive)

    def for_aiohttp(self, patience: str) -> aiohttp.ClientTimeout:
        """Return the time-out of one kind of operation."""
        if patience == "idle":
            return aiohttp.ClientTimeout(connect=self.connect, sock_read=self.idle)
        total: float = getattr(self, patience)
        return aiohttp.ClientTimeout(total=total, connect=self.connect)


class Transport(Secret):
    """Sends calls to one Optimizer, through a session of its own or the caller's.

    Attributes:
        longest_turn: how many seconds a call waits until others leave it a connection.
    """

    def __init__(
        self,
        url: str,
        *,
        session: aiohttp.ClientSession | None,
        ssl: SSLContext | None,
        trust_env: bool,
        timeouts: Timeouts,
        max_download: int,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
    ) -> None:
        check_kind(timeouts, Timeouts, "timeouts", "a Timeouts")
        check_kind(max_download, int, "max_download", "a number of bytes")
        if max_download < 1:
            raise InvalidInputError("max_download counts bytes: give at least 1")
        if session is not None and trace_configs:
            raise InvalidInputError("trace_configs: give them to your own session")
        self.base = base_url(url)
        self._prefix = str(self.base)
        self._session = session
        self._owns = session is None
        self._ssl = _verifying(ssl, session)
        self._trust_env = trust_env
        self._trace_configs = list(trace_configs)
        self._max_download = max_download
        self.longest_turn = timeouts.turn
        self._timeouts = {
            patience: timeouts.for_aiohttp(patience)
            for patience in ("answer", "create", "sign", "idle")
        }

    async def open(self) -> None:
        """Open a session, unless one was given."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                trust_env=self._trust_env,
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=self._trace_configs,
            )

    async def close(self) -> None:
        """Close the session if it was opened here."""
        if self._owns and self._session is not None:
            session, self._session = self._session, None
            await session.close()

    @property
    def connections(self) -> int:
        """How many connections to the Optimizer its session may have at a time."""
        connector = self._session.connector if self._session else None
        limits = (connector.limit, connector.limit_per_host) if connector else ()
        return min(filter(None, limits), default=sys.maxsize)

    async def send(self, call: Call) -> Answer:
        """Carry out one HTTP exchange, following redirects within the same origin.

        Raises:
            ConnectError: nothing was sent.
            ConnectionLostError, AnswerTimeoutError: it is unclear what was done.
            UnexpectedResponseError: the answer is too large.
        """
        session = self._open_session()
        url = URL(self._prefix + call.path, encoded=True)
        if call.query:
            url = url.with_query(call.query)
        timeout = self._timeouts[call.operation.patience]
        json = None if call.json is None else json_body(call.json)
        try:
            for _ in range(_MOST_REDIRECTS):
                async with (
                    _body_of(call, timeout.sock_read) as body,
                    session.request(
                        call.operation.method,
                        url,
                        data=body.writer if body else json,
                        ssl=self._ssl,
                        timeout=timeout,
                        allow_redirects=False,
                        raise_for_status=False,  # whatever a given session says
                        trace_request_ctx={"operation": call.operation.name},
                    ) as response,
                ):
                    if response.status not in {301, 302, 303, 307, 308}:
                        _check_sent(body, response, call)
                        return await answer_of(response, call, self._max_download)
                    url = _next(response, call)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise _told(error, call.operation.name) from error
        raise UnexpectedResponseError(f"{call.operation.name}: redirects in a circle")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise InvalidInputError("the client is not open: use it with `async with`")
        if self._session.closed:
            raise InvalidInputError("the session given to the client is closed")
        return self._session


def base_url(url: str) -> URL:
    """Return the URL that operations are appended to, from any way to write it."""
    parsed = http_url(url, "url")
    path = parsed.path.rstrip("/")
    whole = path if path.endswith((_API, f"{_API}/api/v1")) else path + _API
    return parsed.with_path(whole)


def _verifying(
    given: SSLContext | None, session: aiohttp.ClientSession | None
) -> SSLContext | bool:
    """Return how aiohttp is to make sure of whom it talks to.

    Raises:
        InvalidInputError: as it was given, it would not.
    """
    if given is not None:
        if not _verifies(given):
            raise InvalidInputError(
                "ssl does not verify whom it talks to: give a context with "
                "check_hostname and CERT_REQUIRED; for a private authority "
                "`ssl.create_default_context(cafile=…)`"
            )
        return given
    # What a connector was told is nowhere public; without a context it decides.
    if session is not None and not _verifies(getattr(session.connector, "_ssl", True)):
        raise InvalidInputError(
            "session has a connector that does not verify TLS: give it one that does, "
            "or give `ssl` too"
        )
    return True


def _verifies(told: object) -> bool:
    """Tell whether what aiohttp is told makes it verify a server."""
    if isinstance(told, SSLContext):
        return told.check_hostname and told.verify_mode == CERT_REQUIRED
    return told is True or isinstance(told, aiohttp.Fingerprint)


def _body_of(
    call: Call, longest_pause: float | None
) -> AbstractAsyncContextManager[Multipart | None]:
    if call.form is None:
        return _NO_BODY
    return multipart(call.form, call.progress, longest_pause)


def _check_sent(
    body: Multipart | None, response: aiohttp.ClientResponse, call: Call
) -> None:
    """Disbelieve a success that was told before the files had left."""
    if response.ok and body is not None and not body.has_left:
        raise ConnectionLostError(
            f"{call.operation.name}: answered before all of the files were sent"
        )


def _next(response: aiohttp.ClientResponse, call: Call) -> URL:
    """Return where a redirect leads, if the call may go there unchanged."""
    keeps_method = response.status in {307, 308} or call.operation.method == "GET"
    with suppress(ValueError):  # of what is no URL, or none with an origin
        target = response.url.join(URL(response.headers.get("Location", "")))
        if keeps_method and target.origin() == response.url.origin():
            return target
    raise UnexpectedResponseError(
        f"{call.operation.name}: redirected ({response.status}) to where it must not "
        "go; check the Optimizer's URL"
    )


def _told(error: Exception, name: str) -> TransportError:
    if isinstance(error, aiohttp.ClientConnectorError):
        return ConnectError(f"{name}: {error}.")  # its words name the host only
    if isinstance(error, _NEVER_LEFT):
        return ConnectError(f"{name}: {type(error).__name__}.")
    if isinstance(error, TimeoutError):
        return AnswerTimeoutError(f"{name}: no answer in time")
    return ConnectionLostError(f"{name}: {type(error).__name__}")
