"""The tables of an inbox in PostgreSQL, and how older ones become these."""

from collections.abc import Sequence

from oneshot_async.errors import StoreError

from .database import Connection

_FIRST = """
CREATE TABLE oneshot_store (
    -- One row. Whoever takes numbers holds its lock until they can be seen.
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version integer NOT NULL DEFAULT 0,
    last_sequence bigint NOT NULL DEFAULT 0,
    last_put_aside bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO oneshot_store DEFAULT VALUES;

CREATE TABLE oneshot_events (
    sequence bigint PRIMARY KEY,
    dedupe_key text NOT NULL UNIQUE,
    pk bigint,
    correlation text,
    origin text NOT NULL,
    received_at timestamptz NOT NULL,
    event text NOT NULL
);
CREATE INDEX oneshot_events_of_pk ON oneshot_events (pk, sequence);
CREATE INDEX oneshot_events_of_correlation ON oneshot_events (correlation, sequence);

CREATE TABLE oneshot_bindings (
    correlation text PRIMARY KEY,
    pk bigint NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX oneshot_bindings_of_pk ON oneshot_bindings (pk);

CREATE TABLE oneshot_quarantine (
    number bigint PRIMARY KEY,
    body bytea NOT NULL,
    reason text NOT NULL,
    correlation text,
    received_at timestamptz NOT NULL
);
"""

STEPS = (_FIRST,)
"""What makes each version out of the one before; 0 is no tables at all."""

_LOCK = 0x6F6E6573686F74  # "oneshot"
_FIND = "SELECT to_regclass(quote_ident(current_schema()) || '.oneshot_store')"
_VERSION = "SELECT version FROM oneshot_store"


async def prepare(connection: Connection, steps: Sequence[str] = STEPS) -> None:
    """Make the tables, or bring older ones up to date; all of it or nothing.

    Of several processes that come at once, one does it and the others wait.

    Raises:
        StoreError: the tables are of a newer version.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        version = await _version(connection)
        if version > len(steps):
            raise StoreError(
                f"its tables are of version {version}, newer than this package's "
                f"{len(steps)}: upgrade oneshot-async"
            )
        if version < len(steps):
            await connection.execute("".join(steps[version:]))
            update = "UPDATE oneshot_store SET version = $1"
            await connection.execute(update, len(steps))


async def _version(connection: Connection) -> int:
    if await connection.fetchval(_FIND) is None:
        return 0
    version: int = await connection.fetchval(_VERSION)
    return version
