"""What can be wrong with an inbox's SQLite file, in words."""

import errno
import sqlite3

from oneshot_async.errors import StoreError

_NOT_WRITABLE = (
    "it cannot be written: make the file and its directory writable to this user"
)
_FULL = "the disk is full: make room, nothing has to be restarted"
_LOCKED = "another program keeps it locked: end that program, or try again later"

_BY_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: (
        "the disk fails to read or write: see that it is well and has room, nothing "
        "has to be restarted"
    ),
    sqlite3.SQLITE_CORRUPT: (
        "it is damaged: restore it from a backup, or move it away to begin anew"
    ),
    sqlite3.SQLITE_NOTADB: "it is no SQLite database: name another file",
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened: see that this user may read the file, and make files "
        "in its directory"
    ),
}

_BY_ERRNO = {
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
    errno.EROFS: _NOT_WRITABLE,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENOENT: "its directory does not exist: make it first",
    errno.ENOTDIR: "its directory is a file: name another path",
    errno.EISDIR: "it is a directory: name a file in it",
}

Known = StoreError | sqlite3.Error | OSError | ValueError | OverflowError
KNOWN = (StoreError, sqlite3.Error, OSError, ValueError, OverflowError)
"""What work with a file may raise; values that SQLite has no room for among it."""


def problem(error: Known) -> str:
    """Return what is wrong and what helps, without anything that was to be kept."""
    if isinstance(error, StoreError):
        return str(error)
    if isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorcode"):
        known = _BY_SQLITE.get(_primary(error))
        return known or f"SQLite cannot go on ({error.sqlite_errorname})"
    if isinstance(error, OSError):
        name = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return _BY_ERRNO.get(error.errno or 0) or f"the system refuses it ({name})"
    return f"SQLite cannot keep such a value ({type(error).__name__})"


def is_locked(error: Exception) -> bool:
    """Tell whether another program was in the way, and nothing else is wrong."""
    return _is(error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def leaves_connection_whole(error: Exception) -> bool:
    """Tell whether a connection is as good as before.

    After anything else it may go on failing though the file is well again.
    """
    return not isinstance(error, sqlite3.Error | OSError) or _is(
        error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL
    )


def _is(error: Exception, *codes: int) -> bool:
    return isinstance(error, sqlite3.Error) and _primary(error) in codes


def _primary(error: sqlite3.Error) -> int:
    """Return SQLite's code without the details in its upper bytes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
