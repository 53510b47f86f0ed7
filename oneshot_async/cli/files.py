"""Results in a folder, where nothing is overwritten."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs

from oneshot_async._files import settle, staging_in


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
