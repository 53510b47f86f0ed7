"""Where an inbox keeps its events; chosen by URL."""

from oneshot_async._discretion import discreet
from oneshot_async._extras import needing
from oneshot_async.errors import InvalidInputError

from .base import Key, Quarantined, Store
from .memory import MemoryStore

__all__ = ["Key", "MemoryStore", "Quarantined", "Store", "store_for"]


@discreet
def store_for(url: str) -> Store:
    """Return the store of ``memory:``, ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        InvalidInputError: there is no store of that kind.
        MissingExtraError: the extra `postgres` is not installed.
    """
    # No more of it: a URL may name several hosts, or none.
    scheme = url[: max(url.find(":"), 0)].lower()
    match scheme:
        case "memory":
            return MemoryStore()
        case "sqlite":
            return _sqlite(url)
        case "postgresql" | "postgres":
            return _postgres(url)
        case _:
            raise InvalidInputError(
                f"no inbox store is called {scheme!r}: use 'memory:', "
                "'sqlite:///path' or 'postgresql://…'"
            )


def _sqlite(url: str) -> Store:
    # Loaded by who uses it only.
    from .sqlite import SqliteStore

    return SqliteStore.from_url(url)


def _postgres(url: str) -> Store:
    with needing("postgres", "an inbox in PostgreSQL"):
        # Part of an extra.
        from .postgres import PostgresStore

    return PostgresStore(url)
