"""The newest of many things, so that a page stays short however much happens."""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import TypeVar

T = TypeVar("T")

_MOST = 50


def newest(things: Sequence[T]) -> Iterator[tuple[int, T]]:
    """Yield the newest things with their numbers, the last one first."""
    numbered = zip(count(len(things), -1), reversed(things), strict=False)
    return islice(numbered, _MOST)
