"""Answers as they arrive: a file piece by piece, anything else whole, all bounded."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from http import HTTPStatus

import aiohttp

from ._bodies import telling
from ._files import CHUNK, save
from ._wire import Answer, Call, is_hidden_refusal
from .errors import UnexpectedResponseError

MAX_DOWNLOAD = 2**30
"""How many bytes a file may have, unless a client is told otherwise."""

_LONGEST_ANSWER = 16 * 2**20
_LONGEST_ENVELOPE = 64 * 1024


async def answer_of(
    response: aiohttp.ClientResponse, call: Call, max_download: int
) -> Answer:
    """Read the answer to a call.

    Raises:
        UnexpectedResponseError: it is larger than it may be, or less than the whole.
    """
    is_file = call.downloads and 200 <= response.status < 300
    if is_file and response.status == HTTPStatus.PARTIAL_CONTENT:
        raise UnexpectedResponseError(f"{call.operation.name}: only a part of the file")
    if not is_file and _says_its_size(response):
        body = await response.read()
        size = len(body)
    else:
        body, size = await _in_pieces(response, call, max_download if is_file else None)
    return Answer(
        call=call,
        status=response.status,
        body=body,
        size=size,
        retry_after=response.headers.get("Retry-After"),
    )


def _says_its_size(response: aiohttp.ClientResponse) -> bool:
    """Tell whether it cannot be too large: that needs no counting."""
    said = response.content_length
    is_plain = "Content-Encoding" not in response.headers
    return said is not None and said <= _LONGEST_ANSWER and is_plain


async def _in_pieces(
    response: aiohttp.ClientResponse, call: Call, max_download: int | None
) -> tuple[bytes, int]:
    longest = max_download or _LONGEST_ANSWER
    bound = f"max_download ({max_download} bytes)" if max_download else "16 MiB"
    too_large = f"{call.operation.name}: the answer is larger than {bound}"
    async with aclosing(_pieces(response, longest, too_large)) as pieces:
        receive = _file if max_download else _whole
        return await receive(pieces, response, call)


async def _pieces(
    response: aiohttp.ClientResponse, longest: int, too_large: str
) -> AsyncGenerator[bytes, None]:
    """Yield a body as it is unpacked, as far as it may be long."""
    if (response.content_length or 0) > longest:
        raise UnexpectedResponseError(too_large)
    size = 0
    async for piece in response.content.iter_chunked(CHUNK):
        size += len(piece)
        if size > longest:
            raise UnexpectedResponseError(too_large)
        yield piece


async def _whole(
    pieces: AsyncIterator[bytes], _response: aiohttp.ClientResponse, _call: Call
) -> tuple[bytes, int]:
    body = b"".join([piece async for piece in pieces])
    return body, len(body)


async def _file(
    pieces: AsyncIterator[bytes], response: aiohttp.ClientResponse, call: Call
) -> tuple[bytes, int]:
    """Return a file and its size; of one that is saved, only the size."""
    head = await _head_of(pieces)
    if not head or is_hidden_refusal(head):
        return head, len(head)
    packed = "Content-Encoding" in response.headers
    total = None if packed else response.content_length
    chunks = _told(_chain(head, pieces), total, call)
    if call.save_to is not None:
        return b"", await save(chunks, call.save_to)
    return await _whole(chunks, response, call)


async def _head_of(pieces: AsyncIterator[bytes]) -> bytes:
    """Read as much as an envelope can be long, to see whether it is one."""
    head = bytearray()
    async for piece in pieces:
        head += piece
        if len(head) >= _LONGEST_ENVELOPE:
            break
    return bytes(head)


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for piece in rest:
        yield piece


def _told(
    chunks: AsyncIterator[bytes], total: int | None, call: Call
) -> AsyncIterator[bytes]:
    """Report the chunks to whoever wants to know how far they have come."""
    if call.progress is None:
        return chunks
    name = call.save_to.name if call.save_to else "document"
    return telling(chunks, name, total, call.progress)
