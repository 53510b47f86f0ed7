"""What to say where an optional part of the package is not installed."""

from collections.abc import Generator
from contextlib import contextmanager

from .errors import MissingExtraError


@contextmanager
def needing(extra: str, needed_for: str) -> Generator[None, None, None]:
    """Tell a failing import in the block as a `MissingExtraError`."""
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(extra, needed_for) from error
