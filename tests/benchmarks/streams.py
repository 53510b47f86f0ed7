"""Who sends and fetches files of any size, on a disk that is memory if there is one."""

import os
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from senders import API
from worker import Work

from oneshot_async import OneShotClient, RequestPk

_PIECE = 256 * 1024
_SHM = Path("/dev/shm")  # noqa: S108  # a folder with a name of its own is made
_MEMORY = _SHM if _SHM.is_dir() else None

Transfer = Callable[[Path, int], Awaitable[object]]


@asynccontextmanager
async def oneshot_upload(url: str) -> AsyncGenerator[Work, None]:
    """`documents.upload` of a path."""
    async with OneShotClient(url) as client:

        async def upload(path: Path, size: int) -> None:
            await client.documents.upload(RequestPk(size), path)

        yield _measured(upload)


@asynccontextmanager
async def aiohttp_upload(url: str) -> AsyncGenerator[Work, None]:
    """A `FormData` with an open file."""
    async with aiohttp.ClientSession() as session:

        async def upload(path: Path, size: int) -> None:
            form = aiohttp.FormData()
            with path.open("rb") as file:
                form.add_field("file", file, content_type="application/pdf")
                target = f"{url}{API}/document/{size}"
                async with session.post(target, data=form, timeout=_ANY) as response:
                    response.raise_for_status()
                    await response.json()

        yield _measured(upload)


@asynccontextmanager
async def oneshot_download(url: str) -> AsyncGenerator[Work, None]:
    """`documents.download` to a path."""
    async with OneShotClient(url) as client:

        async def download(path: Path, size: int) -> None:
            await client.documents.download(RequestPk(size), "uid", to=path)

        yield _measured(download)


@asynccontextmanager
async def aiohttp_download(url: str) -> AsyncGenerator[Work, None]:
    """`iter_chunked`, and writes that block the loop."""
    async with aiohttp.ClientSession() as session:

        async def download(path: Path, size: int) -> None:
            source = f"{url}{API}/document/{size}/uid"
            async with session.get(source, timeout=_ANY) as response:
                response.raise_for_status()
                with path.open("wb") as file:
                    async for piece in response.content.iter_chunked(_PIECE):
                        file.write(piece)

        yield _measured(download)


_ANY = aiohttp.ClientTimeout(total=None)


def _measured(transfer: Transfer) -> Work:
    async def work(size: int) -> dict[str, Any]:
        """Transfer a file, and return how much memory that took at its most."""
        with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
            path = Path(folder) / "document.pdf"
            path.touch()
            os.truncate(path, size)
            before = psutil.Process().memory_info().rss
            _forget_peak()
            await transfer(path, size)
            found = path.stat().st_size
        if found != size:
            raise AssertionError(f"{found} bytes of {size}")
        return {"extra": max(_peak() - before, 4096), "size": size}

    return work


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) * 1024
