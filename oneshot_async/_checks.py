"""Values as they are given: what is of another kind is refused at the user's door."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any

import attrs

from .errors import InvalidInputError


def check_kind(value: object, kind: type | UnionType, name: str, give: str) -> None:
    """Refuse a value of another kind.

    Args:
        give: what to give instead, as in ``a RaoToken or a RaoLogin``.

    Raises:
        InvalidInputError: it names the value, and does not show it.
    """
    if not isinstance(value, kind):
        found = "None" if value is None else type(value).__name__
        raise InvalidInputError(f"{name}: give {give}, not {found}")


def moment_before(age: timedelta, name: str) -> datetime:
    """Return the moment that is so long ago, or the first of all if none is.

    Raises:
        InvalidInputError: it is not ago, so that whatever is kept would be older.
    """
    check_kind(age, timedelta, name, "a timedelta")
    if age <= timedelta(0):
        raise InvalidInputError(f"{name}: give more than 0, or everything would go")
    try:
        return datetime.now(UTC) - age
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def given(model: attrs.AttrsInstance) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a model that were not left at their defaults."""
    for field in attrs.fields(type(model)):
        value = getattr(model, field.name)
        if value is not field.default:
            yield field.name, value
