"""What an inbox asks of its SQLite file; nothing here knows of threads or loops."""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any

import attrs

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk
from oneshot_async.stores.base import Appended, Key, Quarantined, contradiction
from oneshot_async.stores.written import read, written

from .schema import number_of, transaction

_log = logging.getLogger("oneshot_async.stores")

_NO_LIMIT = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# An insertion that a constraint prevents would use up a number all the same.
_APPEND = """
    INSERT INTO events (dedupe_key, pk, correlation, event, origin, received_at)
    SELECT :dedupe_key, :pk, :correlation, :event, :origin, :received_at
    WHERE NOT EXISTS (SELECT 1 FROM events WHERE dedupe_key = :dedupe_key)
"""

_CONTRADICTION = """
    SELECT 1 FROM bindings WHERE correlation = :correlation AND pk <> :pk
"""

_EVENT = "SELECT sequence, received_at, event FROM events"

_OF_ALL = f"{_EVENT} WHERE sequence > :after ORDER BY sequence LIMIT :limit"

_OF_CORRELATION = f"""
    {_EVENT} WHERE correlation = :key AND sequence > :after
    ORDER BY sequence LIMIT :limit
"""

_BOUND = "(SELECT correlation FROM bindings WHERE pk = :key)"

# The plus keeps SQLite from going through all events that have no pk.
OF_PK = f"""
    {_EVENT} WHERE pk = :key AND sequence > :after
    UNION ALL
    {_EVENT} WHERE +pk IS NULL AND correlation IN {_BOUND} AND sequence > :after
    ORDER BY sequence LIMIT :limit
"""

_OF_OTHERS = f"""
    {_EVENT} WHERE sequence > :after AND sequence <= :last AND origin <> :origin
    ORDER BY sequence
"""

_LAST = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"

_WANT_NOTHING = ("DELETE FROM wanted_pks", "DELETE FROM wanted_correlations")
_WANT_PK = "INSERT OR IGNORE INTO wanted_pks VALUES (?)"
_WANT_CORRELATION = "INSERT OR IGNORE INTO wanted_correlations VALUES (?)"

# All that the requests to keep go by: their pks, and what is bound to them.
_ALSO_WANTED = (
    """INSERT OR IGNORE INTO wanted_pks
        SELECT pk FROM bindings WHERE correlation IN wanted_correlations""",
    """INSERT OR IGNORE INTO wanted_correlations
        SELECT correlation FROM bindings WHERE pk IN wanted_pks""",
)

_PIECE = 5000
"""How many rows are looked through at a time: nobody else writes for as long."""

_END_OF_PIECE = """
    SELECT max(rowid)
    FROM (SELECT rowid FROM {} WHERE rowid > ? ORDER BY rowid LIMIT ?)
"""

PRUNED = {
    "events": """
        DELETE FROM events WHERE rowid > ? AND rowid <= ? AND received_at < ?
        AND (pk IS NULL OR pk NOT IN wanted_pks)
        AND (correlation IS NULL OR correlation NOT IN wanted_correlations)
    """,
    "bindings": """
        DELETE FROM bindings WHERE rowid > ? AND rowid <= ? AND made_at < ?
        AND correlation NOT IN wanted_correlations
        AND NOT EXISTS (SELECT 1 FROM events WHERE correlation = bindings.correlation)
    """,
    "quarantine": """
        DELETE FROM quarantine WHERE rowid > ? AND rowid <= ? AND received_at < ?
    """,
}
"""What is pruned, in this order: a binding goes when its events are gone."""

Row = dict[str, str | int | None]


@attrs.frozen
class Seen:
    """How far somebody has looked for what others append.

    A version says something beside others of the same connection only.
    """

    last: int
    connection: Connection | None = None
    version: int = 0


def row_of(event: CallbackEvent) -> Row:
    """Return an event as a row, without what is known only when it is written.

    Raises:
        StoreError: it cannot be written; whoever appends at the same time is spared.
    """
    text = written(event)
    check(event.pk, event.correlation)
    return {
        "dedupe_key": event.dedupe_key,
        "pk": event.pk,
        "correlation": event.correlation,
        "event": text,
    }


def check(pk: RequestPk | None, correlation: Correlation | None) -> None:
    """Refuse what would fail all that is done at the same time.

    Raises:
        StoreError: SQLite cannot have one like it.
    """
    try:
        (pk or 0).to_bytes(8, signed=True)
        (correlation or "").encode()
    except (OverflowError, UnicodeEncodeError):
        raise StoreError(
            "SQLite cannot keep such a value as pk or correlation"
        ) from None


def append(connection: Connection, rows: Iterable[Row], origin: str) -> list[Appended]:
    """Keep events in one commit, and return what became of each."""
    with transaction(connection):
        return [_appended(connection, {**row, "origin": origin}) for row in rows]


def _appended(connection: Connection, row: Row) -> Appended:
    if row["pk"] is not None and connection.execute(_CONTRADICTION, row).fetchone():
        return contradiction()
    done = connection.execute(_APPEND, {**row, "received_at": _now()})
    return done.lastrowid if done.rowcount else None


def history(
    connection: Connection, key: Key | None, after: int, limit: int | None
) -> list[CallbackEvent]:
    """Return what is kept of a request, or of all, in the order of arrival."""
    of_request = OF_PK if isinstance(key, int) else _OF_CORRELATION
    query = _OF_ALL if key is None else of_request
    most = _NO_LIMIT if limit is None else limit
    rows = connection.execute(query, {"key": key, "after": after, "limit": most})
    return [_event(row) for row in rows.fetchall()]


def last(connection: Connection) -> int:
    """Return the highest sequence number that was ever given."""
    return int(connection.execute(_LAST).fetchone()[0])


def of_others(
    connection: Connection, seen: Seen, origin: str
) -> tuple[Seen, list[CallbackEvent]]:
    """Return what others have appended since somebody looked, and how far that is."""
    # First the version: what comes after it is looked at again the next time.
    version = number_of(connection, "data_version")
    if (connection, version) == (seen.connection, seen.version):
        return seen, []
    now_seen = Seen(last(connection), connection, version)
    bounds = {"after": seen.last, "last": now_seen.last, "origin": origin}
    rows = connection.execute(_OF_OTHERS, bounds).fetchall()
    return now_seen, [*_legible(rows)]


def _legible(rows: Iterable[Any]) -> Iterator[CallbackEvent]:
    """Yield the events that can be read; one that cannot must not hold up the rest."""
    for row in rows:
        try:
            yield _event(row)
        except StoreError as error:
            _log.warning("event %d wakes nobody: %s", row[0], error)


def bind(connection: Connection, correlation: Correlation, pk: RequestPk) -> None:
    """Remember which request a correlation belongs to, unless that is known."""
    with transaction(connection):
        connection.execute(
            "INSERT OR IGNORE INTO bindings VALUES (?, ?, ?)", (correlation, pk, _now())
        )


def bound(
    connection: Connection, correlations: Iterable[Correlation]
) -> list[RequestPk | None]:
    """Return the request that each correlation belongs to, if that is known."""
    query = "SELECT pk FROM bindings WHERE correlation = ?"
    found = (connection.execute(query, (each,)).fetchone() for each in correlations)
    return [None if row is None else RequestPk(row[0]) for row in found]


def quarantine(
    connection: Connection, body: bytes, reason: str, correlation: Correlation | None
) -> None:
    """Keep what could not be read."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO quarantine (body, reason, correlation, received_at) "
            "VALUES (?, ?, ?, ?)",
            (body, reason, correlation, _now()),
        )


def quarantined(connection: Connection, after: int) -> Sequence[Quarantined]:
    """Return what was put aside under higher numbers."""
    query = (
        "SELECT number, body, reason, correlation, received_at FROM quarantine "
        "WHERE number > ? ORDER BY number"
    )
    return [_quarantined(*row) for row in connection.execute(query, (after,))]


def release(connection: Connection, number: int) -> None:
    """Forget something that was put aside."""
    with transaction(connection):
        connection.execute("DELETE FROM quarantine WHERE number = ?", (number,))


def prune(
    connection: Connection,
    table: str,
    after: int,
    before: datetime,
    keep: Collection[Key],
) -> tuple[int | None, int]:
    """Forget what is old in the rows that come next, but for the requests to keep.

    Returns:
        the last of these rows, None if there are no more; and how many were forgotten.
    """
    end = connection.execute(_END_OF_PIECE.format(table), (after, _PIECE)).fetchone()[0]
    if end is None:
        return None, 0
    with transaction(connection):
        _want(connection, keep)
        done = connection.execute(PRUNED[table], (after, end, _micros(before)))
    return end, done.rowcount


def _want(connection: Connection, keep: Collection[Key]) -> None:
    pks = [(key,) for key in keep if isinstance(key, int)]
    correlations = [(key,) for key in keep if not isinstance(key, int)]
    for statement in _WANT_NOTHING:
        connection.execute(statement)
    connection.executemany(_WANT_PK, pks)
    connection.executemany(_WANT_CORRELATION, correlations)
    for statement in _ALSO_WANTED:
        connection.execute(statement)


def _event(row: Any) -> CallbackEvent:
    sequence, received_at, text = row
    return read(text, sequence, _moment(received_at))


def _quarantined(
    number: int, body: bytes, reason: str, correlation: str | None, received_at: int
) -> Quarantined:
    return Quarantined(
        number=number,
        body=body,
        reason=reason,
        correlation=None if correlation is None else Correlation(correlation),
        received_at=_moment(received_at),
    )


def _now() -> int:
    return _micros(datetime.now(UTC))


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
