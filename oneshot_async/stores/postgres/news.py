"""What others append to an inbox in PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import attrs

from oneshot_async.errors import StoreError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.stores.written import read

from . import queries
from .database import Connection, Database, Row
from .doubts import Doubts
from .listening import INTERVAL, Listener, Outage

_log = logging.getLogger("oneshot_async.stores")


@attrs.frozen
class _Look:
    """What one look into the table found, and how far it saw."""

    events: Sequence[CallbackEvent]
    position: int
    pause: float


class News:
    """Looks into the table whenever somebody may have appended something.

    Args:
        origin: what the store's own events are marked with.
    """

    def __init__(self, database: Database, origin: str) -> None:
        self._database = database
        self._origin = origin
        self._outage = Outage()
        self._listener = Listener(database, self._outage, self._is_worth_a_look)
        self._doubts = Doubts()
        self._begin = 0

    def start(self, position: int) -> None:
        """Begin to listen for what comes after a sequence number."""
        self._begin = position
        self._listener.start()

    async def stop(self) -> None:
        """Let those who follow the changes see the end."""
        await self._listener.stop()

    def doubt(self, dedupe_key: str, after: int) -> None:
        """Look for an own event as well: nobody here knows whether it was kept."""
        self._doubts.add(dedupe_key, after)
        self._listener.wake()

    def believe(self, dedupe_key: str, sequence: int) -> None:
        """Stop looking for an own event: somebody here knows that it was kept."""
        self._doubts.clear_up(dedupe_key, sequence)

    async def changes(self) -> AsyncIterator[CallbackEvent]:
        """Yield the news from the start to the stop, and through every outage."""
        position = self._begin
        with self._listener.waking() as woken:
            while not self._listener.stopped:
                # Before the look: what comes during it is worth another one.
                woken.clear()
                look = await self._look_or_pause(position)
                for event in look.events:
                    yield event
                position = look.position
                await _set_within(woken, look.pause)

    def _is_worth_a_look(self, origin: str) -> bool:
        return origin != self._origin or bool(self._doubts.keys())

    async def _look_or_pause(self, position: int) -> _Look:
        try:
            async with self._database.connection() as connection:
                look = await self._look(connection, position)
        except StoreError as error:
            return _Look((), position, self._outage.pause("reading", error))
        self._outage.over("reading")
        return look

    async def _look(self, connection: Connection, position: int) -> _Look:
        rows = await connection.fetch(
            queries.OF_OTHERS, position, self._origin, queries.PAGE
        )
        found = [row for row in rows if row["sequence"] is not None]
        events = [*_readable(found), *await self._found_in_doubt(connection)]
        if len(found) == queries.PAGE:
            return _Look(events, found[-1]["sequence"], pause=0)
        return _Look(events, rows[0]["last_sequence"], pause=INTERVAL)

    async def _found_in_doubt(self, connection: Connection) -> list[CallbackEvent]:
        keys = self._doubts.keys()
        if not keys:
            return []
        rows = await connection.fetch(queries.IN_DOUBT, keys, self._origin)
        found = [
            row
            for row in rows
            if self._doubts.clear_up(row["dedupe_key"], row["sequence"])
        ]
        self._doubts.give_up()
        return _readable(found)


def event_of(row: Row) -> CallbackEvent:
    """Return the event in a row of the table.

    Raises:
        StoreError: something else has written it.
    """
    return read(row["event"], row["sequence"], row["received_at"])


def _readable(rows: Sequence[Row]) -> list[CallbackEvent]:
    """Return the events without those that something else has written."""
    found: list[CallbackEvent] = []
    for row in rows:
        try:
            found.append(event_of(row))
        except StoreError as error:
            _log.error("event %d is passed over: %s", row["sequence"], error)
    return found


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
