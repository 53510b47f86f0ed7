"""Files on this machine, read and written without blocking the event loop."""

import asyncio
import os
import secrets
import shutil
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Iterator,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count, cycle
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

import attrs

from .errors import LocalFileError

P = ParamSpec("P")
T = TypeVar("T")

CHUNK = 256 * 1024
"""How many bytes are read at a time."""
_BATCH = 1024 * 1024


async def to_its_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a short blocking function in a thread; a cancellation waits for its end.

    So that nothing is opened, written or left behind after its owner has gone.
    """
    return await _end_of(
        asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    )


async def _end_of(running: asyncio.Future[T]) -> T:
    cancellation = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:  # perhaps not the only one
            cancellation = error
    if cancellation is not None:
        running.exception()  # nobody else asks
        raise cancellation
    return running.result()


@contextmanager
def told(what: str) -> Generator[None, None, None]:
    """Tell a failing file operation as a `LocalFileError` that says what failed."""
    try:
        yield
    except OSError as error:
        failure = LocalFileError(f"{what}: {error.strerror or type(error).__name__}")
        failure.errno = error.errno
        raise failure from error
    except ValueError as error:
        raise LocalFileError(f"{what}: no file can have its name") from error


@attrs.define
class Reading:
    """A file that is being read; its size is what it was when it was opened.

    In errors it goes by its name: a path may say whose file it is.
    """

    path: Path
    name: str
    size: int = 0
    _file: BinaryIO | None = None

    def open(self) -> None:
        """Open it and note its size."""
        with told(f"{self.name}: the file cannot be read"):
            self._file = self.path.open("rb")
            self.size = os.fstat(self._file.fileno()).st_size

    def read(self) -> bytes:
        """Return the next chunk; nothing at the end."""
        with told(f"{self.name}: the file cannot be read"):
            return self._file.read(CHUNK) if self._file else b""

    def close(self) -> None:
        """Close it, if it is open."""
        if self._file:
            self._file.close()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield as many bytes as it had when it was opened.

        Raises:
            LocalFileError: it has become shorter since.
        """
        left = self.size
        while left:
            chunk = (await asyncio.to_thread(self.read))[:left]
            if not chunk:
                raise LocalFileError(f"{self.name}: the file became shorter meanwhile")
            left -= len(chunk)
            yield chunk


@attrs.define
class Writing:
    """A file that is being written beside its target, and then takes its place."""

    target: Path
    temporary: Path = attrs.field(init=False)
    _file: BinaryIO | None = None

    def __attrs_post_init__(self) -> None:
        # Not made of the target's own name, which may be as long as a name can be.
        self.temporary = self.target.with_name(f".{secrets.token_hex(8)}.part")

    def open(self) -> None:
        """Make the temporary file, readable by its owner only, and its folder."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        self._file = os.fdopen(os.open(self.temporary, flags, 0o600), "wb")

    def write(self, batch: memoryview) -> None:
        """Write the next bytes."""
        if self._file:
            self._file.write(batch)

    def keep(self) -> None:
        """Put the finished file in its place."""
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self.temporary.replace(self.target)

    def discard(self) -> None:
        """Remove what was written so far."""
        if self._file:
            with suppress(OSError):  # a full disk fails the last bytes again
                self._file.close()
            self.temporary.unlink(missing_ok=True)


@attrs.define
class _Behind:
    """Does one short blocking thing at a time in a thread, while others go on here."""

    _running: asyncio.Future[None] | None = None

    async def begin(
        self, function: Callable[P, None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Begin when what was begun before has ended; raise what that raised."""
        await self.ended()
        work = asyncio.to_thread(function, *args, **kwargs)
        self._running = asyncio.ensure_future(work)

    async def ended(self) -> None:
        """Wait for what was begun, as `to_its_end` does; raise what it raised."""
        running, self._running = self._running, None
        if running is not None:
            await _end_of(running)


def _buffers() -> Iterator[memoryview]:
    """Yield buffers that grow with the file, and then two that take turns."""
    size = CHUNK
    while size < _BATCH:
        yield memoryview(bytearray(size))
        size *= 2
    yield from cycle(memoryview(bytearray(_BATCH)) for _ in range(2))


async def _batches(chunks: AsyncIterator[bytes]) -> AsyncIterator[memoryview]:
    """Put small chunks together: each journey to a thread takes its time.

    A batch is good until the next but one is asked for. To hold the chunks themselves
    would make the system give memory and take it back all the time.
    """
    buffers = _buffers()
    buffer, size = next(buffers), 0
    async for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            if size == len(buffer):
                yield buffer
                buffer, size = next(buffers), 0
            part = rest[: len(buffer) - size]
            buffer[size : size + len(part)] = part
            size += len(part)
            rest = rest[len(part) :]
    if size:
        yield buffer[:size]


async def save(chunks: AsyncIterator[bytes], target: Path) -> int:
    """Write a stream to a file that appears only when it is whole; return its size."""
    with told("the file cannot be saved"):
        writing = Writing(target)
    size = 0
    behind = _Behind()
    try:
        with told("the file cannot be saved"):
            await to_its_end(writing.open)
        async for batch in _batches(chunks):
            size += len(batch)
            with told("the file cannot be saved"):
                await behind.begin(writing.write, batch)
        with told("the file cannot be saved"):
            await behind.ended()
            await to_its_end(writing.keep)
    except BaseException:
        try:
            with suppress(OSError):  # there is an error already
                await behind.ended()
        finally:
            await to_its_end(writing.discard)
        raise
    return size


@asynccontextmanager
async def staging_in(folder: Path) -> AsyncGenerator[Path, None]:
    """Give a folder inside a folder, made if it is missing; it is gone afterwards."""
    staging = folder / f".oneshot-{secrets.token_hex(8)}"
    try:
        with told("the file cannot be saved"):
            await to_its_end(staging.mkdir, mode=0o700, parents=True)
        yield staging
    finally:
        await to_its_end(shutil.rmtree, staging, ignore_errors=True)


def settle(staged: Path, folder: Path) -> Path:
    """Move a file into a folder under its name, or the next that is free there."""
    for target in _numbered(folder / staged.name):
        try:
            target.touch(exist_ok=False)  # so that nobody else takes the name
        except FileExistsError:
            continue
        return staged.replace(target)
    raise AssertionError("numbers never end")


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_stem(f"{path.stem}-{number}")
