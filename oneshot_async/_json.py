"""JSON as it arrives: perhaps none at all, and of any kind."""

import json
from typing import Any, TypeGuard


def json_or_none(body: bytes) -> Any:
    """Return what a body holds as JSON (with a BOM or without), or None."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)
