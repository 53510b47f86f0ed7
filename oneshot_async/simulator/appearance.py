"""What a visible signature shows and where, read from the wire's appearance object."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Self, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

_DEFAULT_LINES = ("Signed by: %(CN)s", "Date: %(DATE)s")
_DEFAULT_DATE = "%d/%m/%Y %H:%M:%S %z"
_DEFAULT_BOX = (30, 30, 250, 100)
_DEFAULT_TEXT_SIZE = 9.0
_LARGEST_TEXT_SIZE = 72.0
_MAKES_VISIBLE = ("position", "page", "text", "image", "b64_image", "qrcode")
_PLACEHOLDER = re.compile(r"%%|%\((\w+)\)s?")

Alignment = Literal["L", "C", "R", "J"]
Box = tuple[int, int, int, int]


class SigningRefusedError(Exception):
    """The document cannot be signed as asked; the message is for the API's caller."""


@attrs.frozen(kw_only=True)
class Appearance:
    """A visible signature: the lines as asked for, their style, and their place."""

    lines: tuple[str, ...]
    text_size: float
    align: Alignment
    side_by_side: bool
    qrcode: str
    page: int
    box: Box

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Self | None:
        """Read the wire's object; None if it asks for nothing that can be seen.

        Raises:
            SigningRefusedError: the page or the position cannot be understood.
        """
        if all(wire.get(key) is None for key in _MAKES_VISIBLE):
            return None
        return cls(
            lines=_lines(wire),
            text_size=_text_size(wire.get("text_size")),
            align=_alignment(wire.get("text_align")),
            side_by_side=str(wire.get("horizontal", "")).lower() == "true",
            qrcode=str(wire.get("qrcode") or ""),
            page=_page(wire.get("page")),
            box=_box(wire.get("position")),
        )

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the box, in points."""
        left, bottom, right, top = self.box
        return right - left, top - bottom


def fill_in(line: str, values: Mapping[str, str]) -> str:
    """Put values in the place of `%(NAME)s`, leaving what is unknown as it is."""

    def value_of(found: re.Match[str]) -> str:
        return "%" if found[0] == "%%" else values.get(found[1], found[0])

    return _PLACEHOLDER.sub(value_of, line)


def local_date(wire: Mapping[str, Any], now: datetime) -> str:
    """Write the moment as the appearance's `date` and `timezone` ask.

    Raises:
        SigningRefusedError: one of the two means nothing.
    """
    there = now.astimezone(_zone(wire.get("timezone") or "UTC"))
    pattern = wire.get("date") or _DEFAULT_DATE
    try:
        return there.strftime(str(pattern))
    except ValueError:
        raise SigningRefusedError(f"Invalid date pattern: {pattern!r}") from None


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SigningRefusedError(f"Unknown timezone: {name!r}") from None


def _lines(wire: Mapping[str, Any]) -> tuple[str, ...]:
    text = wire.get("text")
    if text is None:
        draws = any(wire.get(key) for key in ("image", "b64_image", "qrcode"))
        return () if draws else _DEFAULT_LINES
    if isinstance(text, list | tuple):
        return tuple(map(str, cast("Sequence[object]", text)))
    return (str(text),)


def _text_size(wire: object) -> float:
    size = _number(wire)
    if size is None or size <= 0:
        return _DEFAULT_TEXT_SIZE
    return min(size, _LARGEST_TEXT_SIZE)


def _alignment(wire: object) -> Alignment:
    match str(wire).lower():
        case "center" | "centre" | "middle":
            return "C"
        case "right":
            return "R"
        case "justify" | "justified":
            return "J"
        case _:
            return "L"


def _page(wire: object) -> int:
    number = _number(0 if wire is None else wire)
    if number is None or number < 0 or number != int(number):
        raise SigningRefusedError(f"Invalid page: {wire!r} is not a page number from 0")
    return int(number)


def _box(wire: object) -> Box:
    if wire is None:
        return _DEFAULT_BOX
    match [_number(part) for part in str(wire).split(",")]:
        case [float(x1), float(y1), float(x2), float(y2)]:
            box = round(x1), round(y1), round(x2), round(y2)
        case _:
            box = 0, 0, 0, 0
    if box[0] >= box[2] or box[1] >= box[3]:
        raise SigningRefusedError(
            f"Invalid position: {wire!r} is not 'x1,y1,x2,y2' with x1 < x2 and y1 < y2"
        )
    return box


def _number(wire: object) -> float | None:
    try:
        number = float(str(wire))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
