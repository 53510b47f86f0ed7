"""Connections to PostgreSQL, and what their failures mean; all of asyncpg is here."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from oneshot_async.errors import InvalidInputError, StoreError

# In quotes, because only the type checkers know that it is generic.
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Row: TypeAlias = asyncpg.Record

LONGEST = 5.0
_CONNECTIONS = 4

_FOREIGN = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    OverflowError,
    ValueError,
)
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (asyncpg.InvalidAuthorizationSpecificationError, "user or password is refused"),
    (asyncpg.InvalidCatalogNameError, "there is no such database"),
    (asyncpg.InvalidSchemaNameError, "no schema of the search_path exists"),
    (asyncpg.InsufficientPrivilegeError, "the user may not do this: grant it"),
    (asyncpg.CannotConnectNowError, "the server is starting up or shutting down"),
    (asyncpg.OperatorInterventionError, "the server ended the connection"),
    (asyncpg.PostgresConnectionError, "the connection was lost"),
    (asyncpg.TooManyConnectionsError, "the server takes no more connections"),
    (asyncpg.ReadOnlySQLTransactionError, "the server only reads: is it a standby?"),
    (asyncpg.UndefinedTableError, "the tables are gone"),
    (
        asyncpg.InvalidSQLStatementNameError,
        "a prepared statement is gone: let PgBouncer pool sessions, not transactions",
    ),
    (
        asyncpg.DuplicatePreparedStatementError,
        "a prepared statement is there: let PgBouncer pool sessions, not transactions",
    ),
    (asyncpg.ClientConfigurationError, "the URL or an environment variable is wrong"),
    (asyncpg.DataError, "a value is none that PostgreSQL keeps"),
    (ValueError, "a value is none that PostgreSQL keeps"),
    (asyncpg.InterfaceError, "the connection is closed"),
    (TimeoutError, "there was no answer in time"),
    (OSError, "it cannot be reached"),
)


class Database:
    """The connections to one database: a few that are lent, and one to listen.

    Every failure is a `StoreError` that names the server and the database. Nothing
    takes longer than some seconds: a server that is away is told, not waited for.

    Args:
        longest: how many seconds a connection, and what is done with it, may take.
    """

    def __init__(self, url: str, longest: float = LONGEST) -> None:
        self.longest = longest
        self._url = url
        self._name = _name(url)
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Make the pool; it connects when it lends."""
        with self._explained():
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=0,
                max_size=_CONNECTIONS,
                timeout=self.longest,
                command_timeout=self.longest,
                reset=_leave,
            )

    async def close(self) -> None:
        """Close what was lent and came back; cut off the rest after a while."""
        if self._pool is None:
            return
        try:
            with self._explained():
                async with asyncio.timeout(self.longest):
                    await self._pool.close()
        except StoreError:
            pass  # it is cut off below
        finally:
            self._pool.terminate()

    @asynccontextmanager
    async def connection(
        self, *, longest: float | None = None
    ) -> AsyncGenerator[Connection, None]:
        """Lend a connection for as long as the block takes, which must not be long."""
        if self._pool is None:
            raise StoreError("the store is not open")
        with self._explained():
            async with asyncio.timeout(longest or self.longest):
                connection = await self._pool.acquire()
                try:
                    yield connection
                except asyncio.CancelledError:
                    # Whatever is under way on it ends, and nobody has to wait for that.
                    connection.terminate()
                    raise
                finally:
                    await self._pool.release(connection)

    @asynccontextmanager
    async def listening(
        self, channel: str, heard: Callable[[str], None]
    ) -> AsyncGenerator["Ear", None]:
        """Hear what is notified on a channel, on a connection of its own."""
        with self._explained():
            connection = await asyncpg.connect(
                self._url, timeout=self.longest, command_timeout=self.longest
            )
            try:
                ear = Ear(connection, heard)
                await connection.add_listener(channel, ear.hear)
                yield ear
            finally:
                connection.terminate()

    @contextmanager
    def _explained(self) -> Generator[None, None, None]:
        try:
            yield
        except StoreError as error:
            raise StoreError(f"{self._name}: {error}") from None
        except _FOREIGN as error:
            # Without its cause, which may quote values or the URL.
            raise StoreError(f"{self._name}: {_reason(error)}") from None


class Ear:
    """A connection that listens, and can be told from one that is dead."""

    def __init__(
        self,
        connection: "asyncpg.Connection[asyncpg.Record]",
        heard: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._heard = heard
        self._ended = asyncio.Event()
        connection.add_termination_listener(lambda _: self._ended.set())

    def hear(self, _connection: object, _pid: int, _channel: str, told: object) -> None:
        """Tell what was notified; called by asyncpg."""
        self._heard(str(told))

    async def check(self, after: float) -> None:
        """Return after some seconds if the server still answers.

        Raises:
            StoreError: the connection is lost; told at once if it is noticed.
        """
        try:
            async with asyncio.timeout(after):
                await self._ended.wait()
        except TimeoutError:
            await self._connection.execute("SELECT")
        else:
            raise StoreError("the connection was lost")


async def _leave(connection: object) -> None:
    """Leave a session as it is: none of ours changes it."""


def _reason(error: Exception) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, asyncpg.PostgresError):
        return f"{type(error).__name__} ({error.sqlstate})"
    return type(error).__name__


def _name(url: str) -> str:
    """Return what of a URL may be shown: the server and the database."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        servers = parts.netloc.rpartition("@")[2]
        _ = [urlsplit(f"//{server}").port for server in servers.split(",")]
    except ValueError:
        raise _unusable() from None
    # What stands unescaped in a password would be taken for something else, and shown.
    if parts.fragment or "@" in parts.path + parts.query or parts.netloc.count("@") > 1:
        raise _unusable()
    host = servers or ",".join(query.get("host", ["localhost"]))
    database = unquote(parts.path.strip("/")) or "".join(query.get("dbname", [""]))
    return f"PostgreSQL at {host}, database {database or 'of the user'!r}"


def _unusable() -> InvalidInputError:
    return InvalidInputError(
        "the URL of the PostgreSQL inbox cannot be used: write "
        "postgresql://user:password@host/database, and percent-encode the user and "
        "the password"
    )
