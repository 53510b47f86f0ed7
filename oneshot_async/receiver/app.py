"""The web application that takes callbacks; mount it, or let `Receiver` serve it."""

import logging

from aiohttp import web

from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.errors import CallbackRejectedError, StoreError
from oneshot_async.inbox import Inbox

from .answers import answer, tell_little
from .guard import Guard
from .limits import Limits
from .network import AllowList
from .parsing import parse_callback
from .reading import read
from .receiving import Receiving

RECEIVING = web.AppKey("receiving", Receiving)

_log = logging.getLogger("oneshot_async.receiver")


def create_app(
    inbox: Inbox,
    urls: CallbackUrls,
    *,
    allow: AllowList | None = None,
    limits: Limits | None = None,
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
    """
    guard = Guard(urls, allow)
    bounds = limits or Limits()
    receiving = Receiving()

    async def receive(request: web.Request) -> web.Response:
        body, correlation = b"", None
        with receiving:
            try:
                correlation = _admitted(request, guard)
                body = await read(request, bounds)
                event = parse_callback(body, correlation)
                await inbox.deliver(event)
            except CallbackRejectedError as error:
                status = await _refused(inbox, body, correlation, error)
                return answer(status)
            except Exception as error:  # noqa: BLE001  # whatever it is: not kept
                return answer(_not_kept(error))
            _log.debug("callback kept: pk %s, status %s", event.pk, event.status)
            return answer(204)

    app = web.Application()
    app[RECEIVING] = receiving
    app.on_response_prepare.append(tell_little)
    path, anything = "/callbacks/{token}", "/{path:.*}"
    app.router.add_post(path, receive, expect_handler=_go_on)
    app.router.add_route("*", path, _only_post, expect_handler=_go_on)
    app.router.add_route("*", anything, _not_here, expect_handler=_go_on)
    return app


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


def _admitted(request: web.Request, guard: Guard) -> Correlation | None:
    return guard.admit(
        request.match_info["token"],
        peer=request.remote,
        forwarded_for=request.headers.getall("X-Forwarded-For", []),
    )


async def _refused(
    inbox: Inbox,
    body: bytes,
    correlation: Correlation | None,
    error: CallbackRejectedError,
) -> int:
    """Return the status of a refusal; what came to a valid URL is put aside first."""
    _log.info("callback refused (%d): %s", error.status, error)
    try:
        if body:
            await inbox.quarantine(body, str(error), correlation)
    except Exception as failure:  # noqa: BLE001  # whatever failed, it is not kept
        return _not_kept(failure)
    return error.status


def _not_kept(error: Exception) -> int:
    # A store says what is wrong with it; any other text might hold a piece of the body.
    reason = error if isinstance(error, StoreError) else type(error).__name__
    _log.error("callback not kept: %s", reason)
    return 503
