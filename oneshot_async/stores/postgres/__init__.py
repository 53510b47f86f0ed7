"""The inbox in a PostgreSQL database; needs the extra `postgres`."""

from .store import PostgresStore

__all__ = ["PostgresStore"]
