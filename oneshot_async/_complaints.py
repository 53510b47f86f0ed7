"""What an error body says, in any of the shapes that the service is known to use."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import attrs

from ._json import is_array, is_object, json_or_none
from ._masking import Mask
from ._texts import readable

_CODES = ("code", "status", "error_code")
_STATUSES = frozenset(HTTPStatus)
_PHRASES = frozenset(status.phrase for status in HTTPStatus)


@attrs.frozen
class Complaint:
    """The code, the words and the details in an error body."""

    status: int
    message: str
    details: Any = attrs.field(default=None, repr=False)

    @classmethod
    def of(cls, status: int, body: bytes) -> "Complaint":
        """Read an error body; one that cannot be read leaves the HTTP status."""
        said = json_or_none(body)
        code, message, details = _parts(said)
        meant = code if code >= 400 else status
        return cls(meant, message or _phrase(meant), details)

    def masked(self, mask: Mask) -> "Complaint":
        """Return it without what we had sent, and its words fit to be read."""
        message = readable(mask.over(self.message))
        return Complaint(self.status, message, mask.over(self.details))


def inside(envelope: dict[str, Any]) -> Any:
    """Return what an envelope holds, whichever of its spellings it uses."""
    for key in ("details", "detail"):
        if key in envelope:
            return envelope[key]
    if set(envelope) <= {"status", "message", "messsage"}:
        return {}
    return envelope


def says_error(body: Any) -> bool:
    """Tell whether a body is an envelope that says no, whatever the HTTP status is."""
    if not is_object(body):
        return False
    word = str(body.get("status")).lower()
    return word == "error" or word.startswith("invalid ") or _code(body) >= 400


def _parts(body: Any) -> tuple[int, str, Any]:
    if isinstance(body, str):
        return 0, body, None
    if not is_object(body):
        return 0, "", body
    if is_object(body.get("error")):
        return _parts(body["error"])
    details = inside(body)
    return _code(body), _message(body, details), details


def _code(said: Mapping[str, Any]) -> int:
    if is_object(said.get("error")):
        return _code(said["error"])
    codes = (_code_in(str(said[key])) for key in _CODES if said.get(key))
    return next(filter(None, codes), 0)


def _code_in(text: str) -> int:
    """Return the number at the front of ``404 Not Found``, or 0."""
    found = re.match(r"[1-5]\d\d\b", text)
    return int(found[0]) if found else 0


def _message(said: Mapping[str, Any], details: Any) -> str:
    for key in ("message", "messsage", "error", "msg"):
        # A message that only repeats the HTTP status says less than the details.
        if isinstance(said.get(key), str) and said[key] not in _PHRASES:
            return str(said[key])
    return details if isinstance(details, str) else "; ".join(_lines(details))


def _lines(details: Any) -> Iterator[str]:
    """Yield one line for each fault in structured details."""
    if is_object(details):
        for key, value in details.items():
            yield f"{key}: {_line(value)}"
    elif is_array(details):
        yield from map(_line, details)
    elif details is not None:
        yield str(details)


def _line(fault: Any) -> str:
    if is_array(fault):
        return ", ".join(map(_line, fault))
    if is_object(fault) and is_array(fault.get("loc")):
        return f"{'.'.join(map(str, fault['loc']))}: {fault.get('msg')}"
    return str(fault)


def _phrase(status: int) -> str:
    known = status >= 400 and status in _STATUSES
    return HTTPStatus(status).phrase if known else "no message"
