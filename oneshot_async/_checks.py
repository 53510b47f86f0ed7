"""Values as they are given: what is of another kind is refused at the user's door."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from errno import errorcode
from math import isfinite
from types import UnionType
from typing import Any

import attrs
from yarl import URL

from .errors import InvalidInputError

_LAST_PORT = 65_535


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


Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def numbers(give: str, are: Callable[[float], bool]) -> Validator:
    """Return what refuses, in a field of a model, all but finite numbers of a kind."""

    def check(_model: Any, field: "attrs.Attribute[Any]", value: Any) -> None:
        if not isinstance(value, int | float):
            check_kind(value, float, field.name, give)
        if not (isfinite(value) and are(value)):
            raise InvalidInputError(f"{field.name}: give {give}, not {value!r}")

    return check


positive: Validator = numbers("a finite number above 0", lambda given: given > 0)
not_negative: Validator = numbers(
    "a finite number, 0 or more", lambda given: given >= 0
)
at_least_one: Validator = numbers(
    "a whole number, 1 or more", lambda given: given >= 1 and isinstance(given, int)
)
chance: Validator = numbers("a chance from 0 to 1", lambda given: 0 <= given <= 1)


def http_url(url: str, name: str) -> URL:
    """Return a URL that others are made of.

    Raises:
        InvalidInputError: it is none, or there is more in it than where it leads.
    """
    try:
        parsed = URL(url)
    except (ValueError, TypeError):
        parsed = URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise InvalidInputError(f"{name} is no http(s) URL with a host")
    if parsed.raw_user or parsed.raw_password:
        raise InvalidInputError(f"{name} has credentials in it: leave them out")
    if parsed.raw_query_string or parsed.raw_fragment:
        raise InvalidInputError(f"{name} has a query or a fragment: leave it out")
    return parsed


def check_list(values: object, name: str) -> None:
    """Refuse one text, which would be taken letter by letter, and what is no list.

    Raises:
        InvalidInputError: it names the list, and shows nothing of it.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        check_kind(values, list, name, "a list")


def check_address(host: object, port: object) -> None:
    """Refuse what cannot be listened on.

    Raises:
        InvalidInputError: it names which of the two.
    """
    check_kind(host, str, "host", "text")
    if not isinstance(port, int) or not 0 <= port <= _LAST_PORT:
        raise InvalidInputError(f"port: give a number from 0 to {_LAST_PORT}")


def cannot_listen(
    error: OSError, host: str, port: int, name: str = "host and port"
) -> InvalidInputError:
    """Return what to raise when an address cannot be listened on."""
    # asyncio says more around the system's words, and not always the same.
    number = error.errno or 0
    reason = os.strerror(number) if number in errorcode else error.strerror
    return InvalidInputError(f"{name}: cannot listen on {host}, {port}: {reason}")


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
