"""Reads a callback's body, as long as it is small and comes in time."""

import asyncio

from aiohttp import web

from oneshot_async.errors import CallbackRejectedError

from .limits import Limits


async def read(request: web.Request, limits: Limits) -> bytes:
    """Return the body.

    Raises:
        CallbackRejectedError: 413 if it is too large, announced or not; 408 if it takes
            too long; 415 if it is compressed; 400 if it breaks the rules of HTTP.
    """
    encodings = request.headers.getall("Content-Encoding", [])
    if any(encoding.strip().lower() != "identity" for encoding in encodings):
        raise CallbackRejectedError("the body is compressed", status=415)
    _check_size(request.content_length or 0, limits)
    try:
        async with asyncio.timeout(limits.seconds):
            return await _pieces(request, limits)
    except TimeoutError:
        raise CallbackRejectedError("the body came too slowly", status=408) from None
    except web.RequestPayloadError:
        raise CallbackRejectedError("the body is broken") from None


async def _pieces(request: web.Request, limits: Limits) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        _check_size(len(body), limits)
    return bytes(body)


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.body:
        raise CallbackRejectedError("the body is too large", status=413)
