"""The same for ASGI: mount it in Starlette or FastAPI, or let any server serve it."""

from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    MutableMapping,
)
from contextlib import AsyncExitStack, suppress
from typing import Any

from oneshot_async.callback_urls import CallbackUrls
from oneshot_async.errors import CallbackRejectedError, OneShotError
from oneshot_async.inbox import Inbox

from .answers import HEADERS
from .incoming import Incoming
from .limits import Limits
from .network import AllowList
from .reception import Reception
from .routes import Routes

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_MOST_DIGITS = 20
_SHUTDOWN_SECONDS = 5.0


def create_asgi_app(
    inbox: Inbox,
    urls: CallbackUrls,
    *,
    allow: AllowList | None = None,
    limits: Limits | None = None,
    health: bool = False,
) -> AsgiApp:
    """Make an ASGI application that serves ``POST /callbacks/{token}``.

    It answers as `create_app` does, and leaves the same to the server: how long a head
    may be and take, how many connections there are, who the caller is said to be, and
    what is logged. With uvicorn: ``--no-access-log``, as paths are secrets.

    Mounted, as by ``app.mount("/oneshot", …)``, it needs an inbox that is open, and
    does not close it. Served alone it opens the inbox, unless it is open, and closes
    what it opened.

    Args:
        inbox: where callbacks are kept.
        urls: what callback URLs are verified with; give it to the client too.
        allow: the networks that callbacks may come from; by default all.
        limits: how large a body may be, and how long it may take.
        health: serve ``GET /healthz`` and ``GET /readyz`` too, as `create_app` does.
    """
    reception = Reception(inbox, urls, allow=allow, limits=limits)
    routes = Routes(reception, health)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":

            def incoming(token: str) -> Incoming:
                return _incoming(token, scope, receive)

            status = await routes.serve(scope["method"], _path_of(scope), incoming)
            with suppress(OSError):  # the caller has gone
                await _answer(status, scope, send)
        elif scope["type"] == "lifespan":
            await _live(reception, inbox, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})

    return app


def _path_of(scope: Scope) -> str:
    """Return the path below where the application is mounted."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def _incoming(token: str, scope: Scope, receive: Receive) -> Incoming:
    def values(name: bytes) -> list[str]:
        return [text.decode("latin-1") for key, text in scope["headers"] if key == name]

    peer = scope.get("client")
    return Incoming(
        token=token,
        peer=peer[0] if peer else None,
        forwarded_for=values(b"x-forwarded-for"),
        encodings=values(b"content-encoding"),
        length=_number(values(b"content-length")),
        pieces=_pieces(receive),
    )


def _number(lengths: list[str]) -> int:
    text = lengths[0][:_MOST_DIGITS] if lengths else ""
    return int(text) if text.isdecimal() else 0


async def _pieces(receive: Receive) -> AsyncGenerator[bytes, None]:
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise CallbackRejectedError("the caller hung up", reason="broken")
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _answer(status: int, scope: Scope, send: Send) -> None:
    headers = dict(HEADERS)
    if status != 204:
        headers["Content-Length"] = "0"
    if status >= 400 and scope.get("http_version", "1.1").startswith("1"):
        # The rest of the body, if any, is not worth reading.
        headers["Connection"] = "close"
    if status == 405:
        headers["Allow"] = "POST"
    lines = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body"})


async def _live(
    reception: Reception, inbox: Inbox, receive: Receive, send: Send
) -> None:
    """Open the inbox for as long as the server serves, unless it is open."""
    await receive()  # that it starts
    async with AsyncExitStack() as stack:
        try:
            if not inbox.is_open:
                await stack.enter_async_context(inbox)
        except OneShotError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()  # that it stops
        reception.readiness.draining = True
        await reception.ended(_SHUTDOWN_SECONDS)
    await send({"type": "lifespan.shutdown.complete"})
