"""From a callback's bytes to an event; there is one way to fail."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from oneshot_async._converter import parse_pk
from oneshot_async._discretion import discreet
from oneshot_async._json import (
    is_array,
    is_object,
    json_or_none,
    layers_of,
    may_have_values,
)
from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models.callbacks import CallbackEvent, Certificate, EventType
from oneshot_async.models.requests import RequestPk, RequestStatus, member_or_text

_MOST_VALUES = 1000
_LONGEST_WORD = 64
_LARGEST_PK = 2**63 - 1


@discreet
def parse_callback(
    body: bytes, correlation: Correlation | None = None
) -> CallbackEvent:
    """Read a callback in either documented form, whatever its Content-Type says.

    Raises:
        CallbackRejectedError: it is no JSON object, or one of very many values; it has
            no status or an impossible pk.
    """
    payload = json_or_none(body)
    if not is_object(payload):
        raise CallbackRejectedError("no JSON object")
    if may_have_values(body, _MOST_VALUES):
        _check_number(payload)
    request: Any = payload.get("request")
    about = request if is_object(request) else {**payload, "pk": request}
    return CallbackEvent(
        pk=_pk(about.get("pk")),
        status=_status(about.get("status")),
        event_type=_event_type(payload.get("event_type")),
        previous_status=_optional_status(about.get("previous_status")),
        occurred_at=_time(payload.get("sent_at") or payload.get("date")),
        registration_authority=_text(about.get("registration_authority")),
        certificates=_certificates(payload.get("certificates")),
        correlation=correlation,
        raw=payload,
    )


def _check_number(payload: dict[str, Any]) -> None:
    """Refuse very many values: 64 KiB of small ones would hold up the loop."""
    if sum(map(len, layers_of(payload))) > _MOST_VALUES:
        raise CallbackRejectedError("too many values")


def _word(value: Any, name: str) -> str:
    """Return a short printable text; anything else has no business in an event."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_WORD:
        raise CallbackRejectedError(f"{name} is missing or no short text")
    if not value.isprintable():
        raise CallbackRejectedError(f"{name} has unprintable characters")
    return value


def _status(value: Any) -> RequestStatus | str:
    return member_or_text(RequestStatus, _word(value, "status"))


def _optional_status(value: Any) -> RequestStatus | str | None:
    return None if value is None else _status(value)


def _event_type(value: Any) -> EventType | str | None:
    if value is None:
        return None
    return member_or_text(EventType, _word(value, "event_type"))


def _pk(value: Any) -> RequestPk | None:
    if value is None or value == "":
        return None
    with suppress(TypeError, ValueError):
        if 0 < (number := parse_pk(value)) <= _LARGEST_PK:
            return RequestPk(number)
    raise CallbackRejectedError("pk is no request number")


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) else None


def _certificates(value: Any) -> tuple[Certificate, ...]:
    """Read the certificates: a list, a lone object, or an object of empty texts."""
    found = value if is_array(value) else [value]
    return tuple(
        _certificate(entry)
        for entry in found
        if is_object(entry) and any(entry.values())
    )


def _certificate(entry: dict[str, Any]) -> Certificate:
    return Certificate(
        status=_text(entry.get("status")),
        serial_number=_text(entry.get("serial_number")),
        valid_from=_time(entry.get("valid_from")),
        valid_to=_time(entry.get("valid_to")),
    )


def _time(value: Any) -> datetime | None:
    """Read ``YYYYMMDDHHMMSS``, ``YYYYMMDD HH:MM:SS`` or ISO 8601; None if neither."""
    if not isinstance(value, str):
        return None
    if len(value) == len("YYYYMMDDHHMMSS") and value.isdigit():
        value = f"{value[:8]}T{value[8:]}"
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
