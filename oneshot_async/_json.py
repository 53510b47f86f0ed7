"""JSON as it arrives: perhaps none at all, and of any kind."""

import json
from math import isfinite
from typing import Any, TypeGuard


def json_or_none(body: bytes) -> Any:
    """Return what a body holds as JSON, or None.

    It is UTF-8, with a BOM or without, and has no number that JSON cannot write: what
    was read can be written again. Of a key that comes twice the last value counts.
    """
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("no JSON number")
    return number


# The words NaN and Infinity are numbers to Python, and so is 1e999.
_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_number)
