"""What is in an inbox's SQLite file, and how an older file becomes a newer one."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from sqlite3 import Connection, Error

from oneshot_async.errors import StoreError

_APPLICATION_ID = 0x31536874
"""Marks a file as ours, as `file` and SQLite itself would tell it from others."""

Migration = Sequence[str]
"""The statements that make one version out of the one before."""

# Times are microseconds since 1970 in UTC. AUTOINCREMENT: numbers are never given
# twice, even if the newest events have been pruned.
_FIRST: Migration = (
    """CREATE TABLE events (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        dedupe_key TEXT NOT NULL UNIQUE,
        pk INTEGER,
        correlation TEXT,
        origin TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        event TEXT NOT NULL
    )""",
    "CREATE INDEX events_by_pk ON events (pk)",
    "CREATE INDEX events_by_correlation ON events (correlation)",
    """CREATE TABLE bindings (
        correlation TEXT NOT NULL PRIMARY KEY,
        pk INTEGER NOT NULL,
        made_at INTEGER NOT NULL
    )""",
    "CREATE INDEX bindings_by_pk ON bindings (pk)",
    """CREATE TABLE quarantine (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        body BLOB NOT NULL,
        reason TEXT NOT NULL,
        correlation TEXT,
        received_at INTEGER NOT NULL
    )""",
)

MIGRATIONS: Sequence[Migration] = (_FIRST,)
"""Every version in turn; one that was published is never changed, only followed."""


@contextmanager
def transaction(connection: Connection) -> Generator[None, None, None]:
    """Do all of a block or nothing, while nobody else writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(Error):  # some failures have ended the transaction already
            connection.execute("ROLLBACK")
        raise


def bring_up_to_date(connection: Connection) -> None:
    """Make a new file an inbox, and an older inbox a current one.

    Something is always written, so that a file that cannot be written is found out now.

    Raises:
        StoreError: the file belongs to something else, or to a newer version; it has
            not been touched.
    """
    with transaction(connection):
        for migration in MIGRATIONS[_version_of(connection) :]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def number_of(connection: Connection, pragma: str) -> int:
    """Return what SQLite answers to a pragma."""
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _version_of(connection: Connection) -> int:
    version = number_of(connection, "user_version")
    if number_of(connection, "application_id") != _APPLICATION_ID:
        _refuse_what_is_not_empty(connection)
        return 0
    if version > len(MIGRATIONS):
        raise StoreError(
            f"it was written by a newer version of oneshot-async (schema {version}, "
            f"this one knows {len(MIGRATIONS)}): update the package, or name a new file"
        )
    return version


def _refuse_what_is_not_empty(connection: Connection) -> None:
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    marks = ("application_id", "user_version")
    if objects or any(number_of(connection, mark) for mark in marks):
        raise StoreError("it is the database of another program: name a new file")
