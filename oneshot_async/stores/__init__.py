"""Where an inbox keeps its events; chosen by URL."""

from yarl import URL

from oneshot_async.errors import InvalidInputError

from .base import Key, Quarantined, Store
from .memory import MemoryStore

__all__ = ["Key", "MemoryStore", "Quarantined", "Store", "store_for"]


def store_for(url: str) -> Store:
    """Return the store that a URL names: ``memory:`` or ``sqlite:///path``.

    Raises:
        InvalidInputError: there is no store of that kind.
    """
    scheme = URL(url).scheme
    if scheme == "memory":
        return MemoryStore()
    if scheme == "sqlite":
        from .sqlite import SqliteStore

        return SqliteStore.from_url(url)
    raise InvalidInputError(
        f"no inbox store is called {scheme!r}: use 'memory:' or 'sqlite:///path'"
    )
