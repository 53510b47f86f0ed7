"""The web application that takes callbacks; mount it, or let `Receiver` serve it."""

from collections.abc import AsyncGenerator

from aiohttp import StreamReader, web

from oneshot_async.callback_urls import CallbackUrls
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.inbox import Inbox

from .answers import answer, tell_little
from .incoming import Incoming
from .limits import Limits
from .network import AllowList
from .readiness import Readiness
from .reception import Reception

RECEPTION = web.AppKey("reception", Reception)


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

    async def receive(request: web.Request) -> web.Response:
        return answer(await reception.take(_incoming(request)))

    app = web.Application()
    app[RECEPTION] = reception
    app.on_response_prepare.append(tell_little)
    if health:
        _serve_health(app, reception.readiness)
    path, anything = "/callbacks/{token}", "/{path:.*}"
    app.router.add_post(path, receive, expect_handler=_go_on)
    app.router.add_route("*", path, _only_post, expect_handler=_go_on)
    app.router.add_route("*", anything, _not_here, expect_handler=_go_on)
    return app


def _serve_health(app: web.Application, readiness: Readiness) -> None:
    async def healthz(_request: web.Request) -> web.Response:
        return answer(200)

    async def readyz(_request: web.Request) -> web.Response:
        return answer(await readiness.status())

    async def drain(_app: web.Application) -> None:
        readiness.draining = True

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.on_shutdown.append(drain)


async def _go_on(request: web.Request) -> web.Response | None:
    """Ask for the body of who waits for that; whatever else is expected is refused."""
    if request.headers["Expect"].lower() != "100-continue":
        return answer(417)
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer itself has not begun
    return None


async def _only_post(_request: web.Request) -> web.Response:
    return answer(405, Allow="POST")


async def _not_here(_request: web.Request) -> web.Response:
    return answer(404)


def _incoming(request: web.Request) -> Incoming:
    return Incoming(
        token=request.match_info["token"],
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


async def _pieces(request: web.Request) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in request.content.iter_any():
            yield piece
    except web.RequestPayloadError:
        raise CallbackRejectedError("the body is broken", reason="broken") from None
