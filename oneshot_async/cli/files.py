"""Documents before they are sent, and results in a folder."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs

from oneshot_async._files import settle, staging_in
from oneshot_async.errors import InvalidInputError

_HEAD = 1024


@attrs.frozen
class Results:
    """A folder for results; what is in it already is never overwritten.

    Attributes:
        staging: where to put files at first, under whatever name.
    """

    folder: Path
    staging: Path

    async def keep(self, staged: Path) -> Path:
        """Move a staged file into the folder, under a name that is free there."""
        return await asyncio.to_thread(settle, staged, self.folder)


@asynccontextmanager
async def results_in(folder: Path) -> AsyncGenerator[Results, None]:
    """Give a folder for results, made if it is missing."""
    async with staging_in(folder) as staging:
        yield Results(folder, staging)


def check_pdf(path: Path) -> None:
    """Refuse what is no PDF before anything is paid for.

    Raises:
        InvalidInputError: it does not begin like one.
    """
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(_HEAD):
            raise InvalidInputError(f"{path} is no PDF")
