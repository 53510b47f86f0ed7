"""The web application that takes callbacks; mount it, or let `Receiver` serve it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial

from aiohttp import StreamReader, hdrs, web

from oneshot_async.callback_urls import CallbackUrls
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.inbox import Inbox

from .answers import answer, tell_little
from .incoming import Incoming
from .limits import Limits
from .network import AllowList
from .reception import Reception
from .routes import Routes


def create_app(
    inbox: Inbox,
    urls: CallbackUrls,
    *,
    allow: AllowList | None = None,
    limits: Limits | None = None,
    health: bool = False,
) -> web.Application:
    """Make the application that serves ``POST /callbacks/{token}``.

    Mount it with `add_subapp` under the path that ``public_url`` of the URLs ends with.
    It answers 204 when the event is kept (a duplicate too), 400 to what is no event,
    404 to a wrong URL, 405 to another method, 408 to a slow body, 413 to a large one,
    415 to a compressed one, 503 when the event could not be kept. The inbox must be
    open while it serves, and is not closed by it.

    What happens before a request is complete is up to the server it is mounted in:
    how long a head may be and take, how many connections there are, and what is logged
    of a request. Switch its access log off (``access_log=None``), or have it leave out
    the path: that is a secret. `Receiver` sees to all of it.

    Args:
        allow: the networks that callbacks may come from; by default all.
        limits: how large a body may be, and how long it may take.
        health: serve ``GET /healthz``, 200 as long as the process serves anything, and
            ``GET /readyz``, 200 while the inbox can be written and the application does
            not shut down, else 503; to whoever asks, without a word.
    """
    reception = Reception(inbox, urls, allow=allow, limits=limits)
    routes = Routes(reception, health)

    async def serve(request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        incoming = partial(_incoming, request)
        return answer(await routes.serve(request.method, path, incoming))

    async def drain(_app: web.Application) -> None:
        reception.readiness.draining = True

    app = web.Application()
    app.on_response_prepare.append(tell_little)
    app.on_shutdown.append(drain)
    app.router.add_route("*", "/{path:.*}", serve, expect_handler=_go_on)
    return app


def handler_of(routes: Routes) -> Callable[[web.BaseRequest], Awaitable[web.Response]]:
    """Return what serves the same without an application around it, for `Receiver`.

    An application looks for a route, and has its own ideas of what to do with whatever
    has none: more than a callback itself costs.
    """

    async def serve(request: web.BaseRequest) -> web.Response:
        if hdrs.EXPECT in request.headers:
            refusal = await _go_on(request)
            if refusal is not None:
                return refusal
        incoming = partial(_incoming, request)
        return answer(await routes.serve(request.method, request.path, incoming))

    return serve


async def _go_on(request: web.BaseRequest) -> web.Response | None:
    """Ask for the body of who waits for that; whatever else is expected is refused."""
    if request.headers["Expect"].lower() != "100-continue":
        return answer(417)
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer itself has not begun
    return None


def _incoming(request: web.BaseRequest, token: str) -> Incoming:
    return Incoming(
        token=token,
        peer=request.remote,
        forwarded_for=request.headers.getall("X-Forwarded-For", []),
        encodings=request.headers.getall("Content-Encoding", []),
        length=request.content_length or 0,
        whole=_whole(request.content),
        pieces=_pieces(request),
    )


def _whole(content: StreamReader) -> bytes | None:
    """Return a body that came together with its head, as small ones do."""
    if content.is_eof() and content.exception() is None:
        return content.read_nowait()
    return None


async def _pieces(request: web.BaseRequest) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in request.content.iter_any():
            yield piece
    except web.RequestPayloadError:
        raise CallbackRejectedError("the body is broken", reason="broken") from None
