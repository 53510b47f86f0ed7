"""A store in one SQLite file: events outlive the process, and others may share them."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from pathlib import Path

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import InvalidInputError, StoreError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk
from oneshot_async.stores.base import Appended, Key, Quarantined
from oneshot_async.stores.batches import Batches

from . import rows
from .database import Database

_log = logging.getLogger("oneshot_async.stores")

_LOOK_EVERY = 0.05
"""Seconds between two looks at `PRAGMA data_version`.

That reads a counter in shared memory, which SQLite keeps for this very purpose; it has
no other way to tell of what another process wrote.
"""


class SqliteStore:
    """Keeps events in a file on a local disk, which other processes may use as well.

    Args:
        path: the file; it is made, for its owner only, if it is not there.
    """

    path: Path

    def __init__(self, path: str | Path) -> None:
        if "\0" in str(path):
            raise InvalidInputError("the path of an inbox store has a NUL in it")
        self.path = Path(path)
        self._database = Database(self.path)
        self._batches = Batches[rows.Row, int | None](self._append_all)
        self._lookups = Batches[Correlation, RequestPk | None](self._bound_all)
        self._closed = asyncio.Event()
        self._closed.set()
        self._origin = ""
        self._last = 0

    @classmethod
    def from_url(cls, url: str) -> "SqliteStore":
        """Return the store of ``sqlite:///relative`` or ``sqlite:////absolute``.

        Raises:
            InvalidInputError: the URL names no file.
        """
        _, _, path = url.partition(":")
        name = path.removeprefix("///")
        if name in {"", "//", ":memory:"}:
            raise InvalidInputError(
                "an SQLite store needs a file: use 'sqlite:///path', or 'memory:'"
            )
        if name == path:
            raise InvalidInputError(
                "an SQLite URL has three slashes before a relative path and four "
                "before an absolute one: 'sqlite:///path'"
            )
        if "?" in name:
            raise InvalidInputError("an SQLite URL has no options: leave out '?'")
        return cls(name)

    async def open(self) -> None:
        """Make the file if it is missing, and bring an older one up to date."""
        self._database = Database(self.path)
        await self._database.open()
        try:
            self._last = await self._database.run(rows.last)
        except BaseException:
            await self._database.close()
            raise
        self._origin = secrets.token_hex(8)
        self._closed = asyncio.Event()

    async def close(self) -> None:
        """Write what is still to be written, and let go of the file."""
        self._closed.set()
        try:
            await self._batches.ended()
            await self._lookups.ended()
        finally:
            await self._database.close()

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event on the disk unless it is kept already."""
        return await self._batches.add(rows.row_of(event))

    async def history(
        self, key: Key | None, after: int = 0, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        """Return what is kept of a request, or of all, in the order of arrival."""
        return await self._database.run(rows.history, key, after, limit)

    async def last(self) -> int:
        """Return the highest sequence number that was given so far, by anybody."""
        return await self._database.run(rows.last)

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to."""
        await self._database.run(rows.bind, correlation, pk)

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to."""
        rows.check(None, correlation)
        return await self._lookups.add(correlation)

    async def changes(self) -> AsyncIterator[CallbackEvent]:
        """Yield what other stores append to the same file, soon after they did."""
        closed, seen, failed = self._closed, rows.Seen(self._last), False
        while not closed.is_set():
            try:
                look = await self._database.run(rows.of_others, seen, self._origin)
                seen, events = look
            except StoreError as error:
                if not failed and not closed.is_set():
                    _log.warning("callbacks that arrive elsewhere are late: %s", error)
                failed, events = True, []
            else:
                failed = False
            for event in events:
                yield event
            await _pause(closed)

    async def quarantine(
        self, body: bytes, reason: str, correlation: Correlation | None
    ) -> None:
        """Keep an unreadable body."""
        await self._database.run(rows.quarantine, body, reason, correlation)

    async def quarantined(self, after: int = 0) -> Sequence[Quarantined]:
        """Return what is still put aside."""
        return await self._database.run(rows.quarantined, after)

    async def release(self, number: int) -> None:
        """Forget one body that was put aside."""
        await self._database.run(rows.release, number)

    async def prune(self, before: datetime, keep: Collection[Key]) -> int:
        """Forget what was received before a moment, but for the requests to keep.

        Piece by piece, so that what arrives meanwhile does not have to wait.
        """
        counts = [await self._prune(table, before, keep) for table in rows.PRUNED]
        return counts[0]

    async def _prune(self, table: str, before: datetime, keep: Collection[Key]) -> int:
        forgotten = 0
        end: int | None = 0
        while end is not None:
            end, count = await self._database.run(rows.prune, table, end, before, keep)
            forgotten += count
        return forgotten

    async def _append_all(self, batch: Sequence[rows.Row]) -> Sequence[Appended]:
        return await self._database.run(rows.append, batch, self._origin)

    async def _bound_all(
        self, batch: Sequence[Correlation]
    ) -> Sequence[RequestPk | None]:
        return await self._database.run(rows.bound, batch)


async def _pause(closed: asyncio.Event) -> None:
    """Wait for the time to look again, or for the end."""
    try:
        async with asyncio.timeout(_LOOK_EVERY):
            await closed.wait()
    except TimeoutError:
        pass
