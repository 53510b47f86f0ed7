"""An inbox in PostgreSQL: for receivers and clients on several hosts."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from secrets import token_hex
from typing import TypeVar

import attrs

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk
from oneshot_async.stores.base import Appended, Key, Quarantined, contradiction
from oneshot_async.stores.batches import Batches
from oneshot_async.stores.written import written

from . import queries
from .database import Database
from .listening import CHANNEL
from .news import News, event_of
from .schema import prepare

_LARGEST = 2**63 - 1
_LONGEST_NAME = 255
_BODIES = 50
_PRUNING = 300.0

_K = TypeVar("_K", bound=Key)


@attrs.frozen
class _Entry:
    dedupe_key: str
    pk: RequestPk | None
    correlation: Correlation | None
    event: str = attrs.field(repr=False)


class PostgresStore:
    """Keeps events in tables named ``oneshot_…`` of the schema that comes first.

    The tables are made when it is opened, for which the user needs ``CREATE`` on the
    schema once. What is appended is committed, and so as durable as the server's
    ``synchronous_commit`` says.

    What others append is looked up in the table; that there is some is told by
    ``NOTIFY``. A lost connection is made again for as long as it takes, and what came
    meanwhile is caught up with. A PgBouncer in between must pool sessions, because
    listening needs one.

    Args:
        url: ``postgresql://user:password@host:port/database``, and whatever else
            asyncpg understands, as ``?sslmode=verify-full``.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._origin = token_hex(16)
        self._batches = Batches[_Entry, int | None](self._append_all)
        self._lookups = Batches(self._bound_all)
        self._news = News(self._database, self._origin)
        self._last_kept = 0

    async def open(self) -> None:
        """Make the tables where there are none, and begin to listen."""
        await self._database.open()
        try:
            async with self._database.connection() as connection:
                await prepare(connection)
                position: int = await connection.fetchval(queries.POSITION)
        except BaseException:
            await self._database.close()
            raise
        self._news.start(position)

    async def close(self) -> None:
        """Wait some seconds for what is being written, and disconnect."""
        try:
            await self._news.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._database.longest):
                    await self._batches.ended()
                    await self._lookups.ended()
        finally:
            await self._database.close()

    async def append(self, event: CallbackEvent) -> int | None:
        """Keep an event, in one commit with those that come at the same time."""
        entry, before = _entry(event), self._last_kept
        try:
            sequence = await self._batches.add(entry)
        except (StoreError, asyncio.CancelledError):
            self._news.doubt(entry.dedupe_key, after=before)
            raise
        if sequence is not None:
            self._news.believe(entry.dedupe_key, sequence)
        return sequence

    async def history(
        self, key: Key | None, after: int = 0, limit: int | None = None
    ) -> Sequence[CallbackEvent]:
        """Return what is kept of a request, or of all."""
        if key is None:
            return await self._all(after, limit)
        query = queries.OF_PK if isinstance(key, int) else queries.OF_CORRELATION
        async with self._database.connection() as connection:
            rows = await connection.fetch(query, after, _checked(key), limit)
        return [event_of(row) for row in rows]

    async def last(self) -> int:
        """Return the highest sequence number that was given so far, by anybody."""
        async with self._database.connection() as connection:
            last: int = await connection.fetchval(queries.POSITION)
        return last

    async def bind(self, correlation: Correlation, pk: RequestPk) -> None:
        """Remember which request a correlation belongs to."""
        async with self._database.connection() as connection:
            await connection.execute(queries.BIND, _checked(correlation), _checked(pk))

    async def bound(self, correlation: Correlation) -> RequestPk | None:
        """Return the request that a correlation belongs to."""
        return await self._lookups.add(_checked(correlation))

    def changes(self) -> AsyncIterator[CallbackEvent]:
        """Yield what others append, and what nobody here knows to have been appended.

        The latter was appended here, but the connection was lost before the answer
        came, or whoever asked for it had gone.
        """
        return self._news.changes()

    async def quarantine(
        self, body: bytes, reason: str, correlation: Correlation | None
    ) -> None:
        """Keep an unreadable body."""
        async with self._database.connection() as connection:
            await connection.execute(queries.PUT_ASIDE, body, reason, correlation)

    async def quarantined(self, after: int = 0) -> Sequence[Quarantined]:
        """Return what is put aside."""
        found: list[Quarantined] = []
        while True:
            last = found[-1].number if found else after
            async with self._database.connection() as connection:
                rows = await connection.fetch(queries.PUT_ASIDE_AFTER, last, _BODIES)
            found += [Quarantined(**dict(row)) for row in rows]
            if len(rows) < _BODIES:
                return found

    async def release(self, number: int) -> None:
        """Forget one body that was put aside."""
        async with self._database.connection() as connection:
            await connection.execute(queries.RELEASE, number)

    async def prune(self, before: datetime, keep: Collection[Key]) -> int:
        """Forget what was received before a moment, but for the requests to keep."""
        possible = [key for key in keep if _is_possible(key)]
        pks = [key for key in possible if isinstance(key, int)]
        correlations = [key for key in possible if isinstance(key, str)]
        async with self._database.connection(longest=_PRUNING) as connection:
            count: int = await connection.fetchval(
                queries.PRUNE, before, pks, correlations, timeout=_PRUNING
            )
        return count

    async def _append_all(self, entries: Sequence[_Entry]) -> Sequence[Appended]:
        keys = [entry.dedupe_key for entry in entries]
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                queries.APPEND,
                keys,
                [entry.pk for entry in entries],
                [entry.correlation for entry in entries],
                [entry.event for entry in entries],
                self._origin,
                CHANNEL,
            )
        numbers: dict[str, int] = {
            row["dedupe_key"]: row["sequence"] for row in rows if row["sequence"]
        }
        refused = {row["dedupe_key"] for row in rows} - numbers.keys()
        self._last_kept = max(numbers.values(), default=self._last_kept)
        # The first of equals has the number; the others are duplicates of it.
        return [
            contradiction() if key in refused else numbers.pop(key, None)
            for key in keys
        ]

    async def _bound_all(
        self, correlations: Sequence[Correlation]
    ) -> Sequence[RequestPk | None]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(queries.BOUND, correlations)
        pks: dict[str, RequestPk] = {row["correlation"]: row["pk"] for row in rows}
        return [pks.get(correlation) for correlation in correlations]

    async def _all(self, after: int, limit: int | None) -> Sequence[CallbackEvent]:
        found: list[CallbackEvent] = []
        while limit is None or len(found) < limit:
            last = found[-1].sequence if found else after
            async with self._database.connection() as connection:
                rows = await connection.fetch(queries.ALL, last, queries.PAGE)
            found += [event_of(row) for row in rows]
            if len(rows) < queries.PAGE:
                break
        return found[:limit]


def _entry(event: CallbackEvent) -> _Entry:
    text = written(event)
    return _Entry(
        dedupe_key=event.dedupe_key,
        pk=None if event.pk is None else _checked(event.pk),
        correlation=event.correlation and _checked(event.correlation),
        event=text,
    )


def _checked(key: _K) -> _K:
    """Return a key if there can be one like it: any other would fail its batch."""
    if not _is_possible(key):
        raise StoreError(
            "a pk has more than 64 bits"
            if isinstance(key, int)
            else "a correlation is too long, or has letters that no URL has"
        )
    return key


def _is_possible(key: Key) -> bool:
    if isinstance(key, int):
        return -_LARGEST <= key <= _LARGEST
    return len(key) <= _LONGEST_NAME and key.isascii() and key.isprintable()
