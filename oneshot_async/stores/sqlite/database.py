"""One SQLite file, met in one thread of its own, and met again when it broke."""

import asyncio
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from oneshot_async.errors import StoreError

from .problems import KNOWN, is_locked, leaves_connection_whole, problem
from .schema import bring_up_to_date
from .thread import WorkThread

P = ParamSpec("P")
R = TypeVar("R")

_PATIENCE = 5.0
"""Seconds to wait for another program that is writing."""

_PRAGMAS = (
    "journal_mode = WAL",  # who reads and who writes are not in each other's way
    "synchronous = FULL",  # a commit is on the disk when it returns
    "fullfsync = ON",  # on macOS too; elsewhere it changes nothing
    "secure_delete = ON",  # what is forgotten is overwritten too
    "temp_store = MEMORY",
)

_WANTED = (
    "CREATE TEMP TABLE wanted_pks (pk INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE wanted_correlations (correlation TEXT PRIMARY KEY)",
)

_creating = threading.Lock()
"""Held while a file is made.

Whoever closes a file ends the locks that other threads of this process hold on it:
https://www.sqlite.org/howtocorrupt.html, section 2.2. So nobody may have connected yet.
"""


class Database:
    """Does all work with one file in one thread, one piece at a time.

    Args:
        path: the file; opening makes it if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: WorkThread | None = None
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)

    async def open(self) -> None:
        """Have a thread and a connection, or neither.

        Raises:
            StoreError: the file cannot be used.
        """
        self._thread = WorkThread("oneshot-sqlite")
        try:
            await self._in_thread(self._begin)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the file and the thread when what was begun is done."""
        thread, self._thread = self._thread, None
        if thread is not None:
            closing = thread.do(self._disconnect)
            thread.end()
            # Waiting for it like this, a cancellation does not take it back.
            await asyncio.wait([closing])

    async def run(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Do a piece of work with the connection, which may be a new one.

        Raises:
            StoreError: it cannot be done.
        """

        def with_connection() -> R:
            return work(self._connected(), *args, **kwargs)

        return await self._in_thread(with_connection)

    async def _in_thread(self, work: Callable[[], R]) -> R:
        if self._thread is None:
            raise StoreError("the store is not open")
        return await self._thread.do(lambda: self._told(work))

    # What follows happens in the thread.

    def _told(self, work: Callable[[], R]) -> R:
        try:
            return work()
        except KNOWN as error:
            if not leaves_connection_whole(error):
                self._disconnect()
            raise StoreError(f"{self._path}: {problem(error)}") from None

    def _begin(self) -> None:
        self._path = self._path.absolute()
        _create(self._path)
        self._connected()

    def _connected(self) -> sqlite3.Connection:
        identity = _identity(self._path)
        if identity != self._identity:
            # What is written now would go to a file that nobody finds again.
            self._disconnect()
        if self._connection is None:
            self._connection, self._identity = _connect(self._path), identity
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _close(connection)


def _create(path: Path) -> None:
    """Make the file unless it is there; it will hold personal data."""
    if path.is_dir():
        raise StoreError("it is a directory: name a file in it")
    with _creating, suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that is there."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return _try_to_connect(path)
        except sqlite3.Error as error:
            # SQLite itself does not wait for who opens or closes at the same time.
            if not is_locked(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _try_to_connect(path: Path) -> sqlite3.Connection:
    if not os.access(path, os.W_OK):
        # SQLite would go on to read, or tell of what it misses beside the file.
        raise PermissionError(errno.EACCES, "no inbox can be kept in it")
    # Never "rwc": a file that is gone is a failure to be told, not an empty inbox.
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", timeout=_PATIENCE, isolation_level=None, uri=True
    )
    try:
        bring_up_to_date(connection)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for statement in _WANTED:
            connection.execute(statement)
    except BaseException:
        _close(connection)
        raise
    return connection


def _close(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # there is nothing that could be done about it
        connection.close()


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        raise StoreError("it is gone: put it back, or begin anew") from None
    return found.st_dev, found.st_ino
