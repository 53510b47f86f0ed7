"""JSON as it arrives: perhaps none at all, and of any kind."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable
from math import isfinite
from typing import Any, TypeGuard

_DEEPEST = 32


def json_or_none(body: bytes) -> Any:
    """Return what a body holds as JSON, or None.

    It is UTF-8, with a BOM or without, has no number that JSON cannot write, and is not
    nested absurdly: what was read can be gone through and written again. Of a key that
    comes twice the last value counts.
    """
    try:
        value = _DECODER.decode(body.removeprefix(BOM_UTF8).decode())
    except (ValueError, RecursionError):
        return None
    # How much deeper Python could go depends on who calls: a matter of luck.
    return None if _may_be_deep(body) and _is_deep(value) else value


def layers_of(value: Any) -> Iterable[list[Any]]:
    """Yield a value, then what is right inside it, then what is inside that."""
    layer: list[Any] = [value]
    while layer:
        yield layer
        layer = [inner for outer in layer for inner in _inside(outer)]


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)


def may_have_values(body: bytes, most: int) -> bool:
    """Tell whether JSON may hold more values than this; quick, without reading it."""
    return 1 + body.count(b",") + _openings(body) > most


def _may_be_deep(body: bytes) -> bool:
    return _openings(body) > _DEEPEST


def _is_deep(value: Any) -> bool:
    return any(depth > _DEEPEST for depth, _ in enumerate(layers_of(value)))


def _openings(body: bytes) -> int:
    return body.count(b"{") + body.count(b"[")


def _inside(value: Any) -> Iterable[Any]:
    if is_object(value):
        return value.values()
    return value if is_array(value) else ()


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("no JSON number")
    return number


# The words NaN and Infinity are numbers to Python, and so is 1e999.
_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_number)
