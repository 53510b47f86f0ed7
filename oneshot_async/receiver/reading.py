"""Reads a callback's body, as long as it is small and comes in time."""

import asyncio
from contextlib import aclosing

from oneshot_async.errors import CallbackRejectedError

from .incoming import Incoming
from .limits import Limits


async def read(incoming: Incoming, limits: Limits) -> bytes:
    """Return the body.

    Raises:
        CallbackRejectedError: 413 if it is too large, announced or not; 408 if it takes
            too long; 415 if it is compressed; 400 if it breaks off.
    """
    for encoding in incoming.encodings:
        _check_encoding(encoding)
    _check_size(incoming.length, limits)
    if incoming.whole is not None:
        _check_size(len(incoming.whole), limits)
        return incoming.whole
    try:
        async with asyncio.timeout(limits.seconds):
            return await _together(incoming, limits)
    except TimeoutError:
        raise CallbackRejectedError(
            "the body came too slowly", status=408, reason="slow"
        ) from None


async def _together(incoming: Incoming, limits: Limits) -> bytes:
    body = bytearray()
    async with aclosing(incoming.pieces) as pieces:
        async for piece in pieces:
            body += piece
            _check_size(len(body), limits)
    return bytes(body)


def _check_encoding(encoding: str) -> None:
    if encoding.strip().lower() != "identity":
        raise CallbackRejectedError(
            "the body is compressed", status=415, reason="compressed"
        )


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.body:
        raise CallbackRejectedError("the body is too large", status=413, reason="large")
