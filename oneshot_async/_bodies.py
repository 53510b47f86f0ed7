"""Request bodies, built afresh for each attempt from what a call holds."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import MultipartWriter
from aiohttp.payload import AsyncIterablePayload, Payload, StringPayload

from ._files import CHUNK, Reading, to_its_end, told
from .models.files import File, Progress, Transfer


class _Stream(AsyncIterablePayload):
    """A file's bytes as they come, with their number if it is known."""

    def __init__(
        self, chunks: AsyncIterable[bytes], size: int | None, content_type: str
    ) -> None:
        super().__init__(chunks, content_type=content_type)
        self._size = size


@asynccontextmanager
async def multipart(
    form: dict[str, str | File], progress: Progress | None
) -> AsyncGenerator[MultipartWriter, None]:
    """Give a multipart body; its files are open until the block ends."""
    body = MultipartWriter("form-data")
    async with AsyncExitStack() as files:
        for name, value in form.items():
            if isinstance(value, File):
                part, filename = await _file_part(value, files, progress), value.name
            else:
                part, filename = StringPayload(value), None
            _append(body, part, name, filename)
        yield body


def _append(
    body: MultipartWriter, part: Payload, name: str, filename: str | None
) -> None:
    body.append_payload(part)
    if filename is None:
        part.set_content_disposition("form-data", name=name)
    else:
        part.set_content_disposition("form-data", name=name, filename=filename)


async def _file_part(
    file: File, files: AsyncExitStack, progress: Progress | None
) -> Payload:
    chunks, size = await _chunks_of(file, files)
    if progress is not None:
        chunks = telling(chunks, file.name, size, progress)
    return _Stream(chunks, size, file.content_type)


async def _chunks_of(
    file: File, files: AsyncExitStack
) -> tuple[AsyncIterable[bytes], int | None]:
    if isinstance(file.content, bytes):
        return _slices(file.content), len(file.content)
    if not isinstance(file.content, Path):
        return file.content(), None
    reading = Reading(file.content)
    files.push_async_callback(to_its_end, reading.close)
    with told("a file to send cannot be read"):
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
async def stream_of(file: File) -> AsyncGenerator[AsyncIterable[bytes], None]:
    """Give a file's bytes piece by piece; it is open until the block ends."""
    async with AsyncExitStack() as files:
        chunks, _ = await _chunks_of(file, files)
        yield chunks


async def content_of(file: File) -> bytes:
    """Return all of a file's bytes, for what is sent inside JSON."""
    async with stream_of(file) as chunks:
        return b"".join([chunk async for chunk in chunks])
