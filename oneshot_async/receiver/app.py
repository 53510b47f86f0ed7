"""The web application that takes callbacks; mount it, or let `Receiver` serve it."""

import logging

from aiohttp import web

from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.errors import CallbackRejectedError, StoreError
from oneshot_async.inbox import Inbox

from .guard import Guard
from .network import AllowList
from .parsing import parse_callback
from .receiving import Receiving

RECEIVING = web.AppKey("receiving", Receiving)

_log = logging.getLogger("oneshot_async.receiver")


def create_app(
    inbox: Inbox, urls: CallbackUrls, *, allow: AllowList | None = None
) -> web.Application:
    """Make the application that serves ``POST /callbacks/{token}``.

    Mount it with `add_subapp` under the path that ``public_url`` of the URLs ends with.
    It answers 204 when the event is kept (a duplicate too), 400 to what is no event,
    404 to a wrong URL, 413 to a large body, 503 when the event could not be kept. The
    inbox must be open while it serves, and is not closed by it.

    Args:
        allow: the networks that callbacks may come from; by default all.
    """
    guard = Guard(urls, allow)
    receiving = Receiving()

    async def receive(request: web.Request) -> web.Response:
        body, correlation = b"", None
        with receiving:
            try:
                correlation = _admitted(request, guard)
                body = await _read(request, guard)
                event = parse_callback(body, correlation)
                await inbox.deliver(event)
            except CallbackRejectedError as error:
                status = await _refused(inbox, body, correlation, error)
                return web.Response(status=status)
            except Exception as error:  # noqa: BLE001  # whatever it is: not kept
                return web.Response(status=_not_kept(error))
            _log.debug("callback kept: pk %s, status %s", event.pk, event.status)
            return web.Response(status=204)

    app = web.Application()
    app[RECEIVING] = receiving
    app.router.add_post("/callbacks/{token}", receive)
    return app


def _admitted(request: web.Request, guard: Guard) -> Correlation | None:
    return guard.admit(
        request.match_info["token"],
        request.content_length,
        peer=request.remote,
        forwarded_for=request.headers.getall("X-Forwarded-For", []),
    )


async def _read(request: web.Request, guard: Guard) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            guard.check_size(len(body))
    except web.RequestPayloadError:
        raise CallbackRejectedError("the body is broken") from None
    return bytes(body)


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
