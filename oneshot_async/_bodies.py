"""Request bodies, built afresh for each attempt from what a call holds."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import attrs
from aiohttp import MultipartWriter
from aiohttp.payload import (
    AsyncIterablePayload,
    JsonPayload,
    Payload,
    StringPayload,
)

from ._files import CHUNK, Reading, to_its_end
from .errors import InvalidInputError
from .models.files import File, Progress, Transfer

_strictly = partial(json.dumps, allow_nan=False)


class _Stream(AsyncIterablePayload):
    """A file's bytes as they come, with their number if it is known."""

    def __init__(
        self, chunks: AsyncIterable[bytes], size: int | None, content_type: str
    ) -> None:
        super().__init__(chunks, content_type=content_type)
        self._size = size


@attrs.define
class _Sending:
    """Files on their way: each piece gives them more time; what fails is kept."""

    limit: asyncio.Timeout
    longest_pause: float | None
    failure: Exception | None = None
    files_left: int = 0

    async def pieces(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        try:
            self._go_on()
            async for chunk in chunks:
                yield chunk
                self._go_on()
            self.files_left -= 1
        except Exception as error:
            self.failure = error
            raise

    def _go_on(self) -> None:
        if self.longest_pause is not None:
            now = asyncio.get_running_loop().time()
            self.limit.reschedule(now + self.longest_pause)


@attrs.frozen
class Multipart:
    """A multipart body, and how much of it has left."""

    writer: MultipartWriter
    _sending: _Sending

    @property
    def has_left(self) -> bool:
        """Whether all of every file has been sent."""
        return not self._sending.files_left


def json_body(value: dict[str, Any]) -> Payload:
    """Return a body of JSON.

    Raises:
        InvalidInputError: something in it is no JSON.
    """
    try:
        return JsonPayload(value, dumps=_strictly)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            "what was given to be sent cannot be written as JSON"
        ) from error


@asynccontextmanager
async def multipart(
    form: dict[str, str | File],
    progress: Progress | None,
    longest_pause: float | None,
) -> AsyncGenerator[Multipart, None]:
    """Give a multipart body; its files are open until the block ends.

    If a file cannot be read on, that is raised in place of what it did to the
    connection; and `TimeoutError` if no more of it is taken for too long.
    """
    sending = _Sending(asyncio.timeout(None), longest_pause)
    body = MultipartWriter("form-data")
    async with AsyncExitStack() as files:
        for name, value in form.items():
            if isinstance(value, File):
                chunks, size = await _chunks_of(value, files, name)
                part = _file_part(value, chunks, size, progress, sending)
                _append(body, part, name, value.name)
            else:
                _append(body, StringPayload(value), name, None)
        try:
            async with sending.limit:
                yield Multipart(body, sending)
        except Exception:
            if sending.failure is not None:
                raise sending.failure from None
            raise


def _append(
    body: MultipartWriter, part: Payload, name: str, filename: str | None
) -> None:
    body.append_payload(part)
    if filename is None:
        part.set_content_disposition("form-data", name=name)
    else:
        part.set_content_disposition("form-data", name=name, filename=filename)


def _file_part(
    file: File,
    chunks: AsyncIterable[bytes],
    size: int | None,
    progress: Progress | None,
    sending: _Sending,
) -> Payload:
    if progress is not None:
        chunks = telling(chunks, file.name, size, progress)
    sending.files_left += 1
    return _Stream(sending.pieces(chunks), size, file.content_type)


async def _chunks_of(
    file: File, files: AsyncExitStack, name: str
) -> tuple[AsyncIterable[bytes], int | None]:
    if isinstance(file.content, bytes):
        return _slices(file.content), len(file.content)
    if not isinstance(file.content, Path):
        return file.content(), None
    reading = Reading(file.content, name)
    files.push_async_callback(to_its_end, reading.close)
    await to_its_end(reading.open)
    return reading.chunks(), reading.size


async def _slices(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


async def telling(
    chunks: AsyncIterable[bytes], name: str, total: int | None, progress: Progress
) -> AsyncIterator[bytes]:
    """Pass chunks on and report each of them."""
    done = 0
    async for chunk in chunks:
        yield chunk
        done += len(chunk)
        progress(Transfer(name=name, done=done, total=total))


@asynccontextmanager
async def stream_of(
    file: File, name: str
) -> AsyncGenerator[AsyncIterable[bytes], None]:
    """Give a file's bytes piece by piece; it is open until the block ends."""
    async with AsyncExitStack() as files:
        chunks, _ = await _chunks_of(file, files, name)
        yield chunks


async def content_of(file: File, name: str) -> bytes:
    """Return all of a file's bytes, for what is sent inside JSON."""
    async with stream_of(file, name) as chunks:
        return b"".join([chunk async for chunk in chunks])
