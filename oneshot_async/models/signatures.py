"""How documents are to be signed and what the signature looks like."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs

from oneshot_async._discretion import discreet
from oneshot_async._secrecy import Secret
from oneshot_async.errors import InvalidInputError

from .requests import RequestPk

_NAMES = ("CN", "SUBJECT", "EMAIL", "E", "L", "DATE")
_PLACEHOLDER = re.compile(r"%%|%\((?P<name>\w*)(?P<end>\)?s?)")
_DIRECTIVE = re.compile(r"%(?P<letter>[-_0^#]?.?)", re.DOTALL)
# Those of Python and of C99; a mark before the letter is GNU's.
_LETTERS = frozenset("aAbBcCdDeFfgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%")


class DeliveryMethod(StrEnum):
    """How the one-time code reaches the person."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


@attrs.frozen
class Rectangle:
    """Where a visible signature stands: PDF points from the page's lower left corner.

    ``(x1, y1)`` is its lower left corner and ``(x2, y2)`` its upper right one; an A4
    page is 595 wide and 842 high.
    """

    x1: int
    y1: int
    x2: int
    y2: int

    def __attrs_post_init__(self) -> None:
        if min(self.x1, self.y1) < 0 or self.x1 >= self.x2 or self.y1 >= self.y2:
            raise InvalidInputError(
                f"position {self}: give the lower left corner, then the upper right one"
            )

    def __str__(self) -> str:
        return f"{self.x1},{self.y1},{self.x2},{self.y2}"


@discreet
@attrs.frozen(kw_only=True)
class Appearance:
    """The visible part of a signature; what is left out is the Optimizer's choice.

    Args:
        text: its lines, with ``%(CN)s``, ``%(SUBJECT)s``, ``%(EMAIL)s``, ``%(L)s`` and
            ``%(DATE)s`` filled in by the Optimizer.
        date: the strftime pattern of ``%(DATE)s``.
        timezone: a name of the tz database, looked up when it is sent; the Optimizer's
            default is UTC.
        page: zero-based.
        image: the uid of an uploaded image, or
        b64_image: the bytes of one (PNG).
        qrcode: a URL to draw as a QR code.
        horizontal: text beside the image rather than over it.
        text_size: and `text_align`: passed on as given; their values are unknown.
        reason: and `location`: for the PDF's signature dictionary.
    """

    text: Sequence[str] | None = attrs.field(default=None, repr=False)
    date: str | None = None
    timezone: str | None = None
    position: Rectangle | None = None
    page: int | None = None
    image: str | None = None
    b64_image: bytes | None = attrs.field(default=None, repr=False)
    qrcode: str | None = attrs.field(default=None, repr=False)
    horizontal: bool | None = None
    text_size: int | None = None
    text_align: str | None = None
    reason: str | None = attrs.field(default=None, repr=False)
    location: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.text, str):
            raise InvalidInputError("text must be a list of lines, not one text")
        if self.page is not None and self.page < 0:
            raise InvalidInputError("page counts from 0; negative pages do not exist")
        for line in self.text or ():
            _check_placeholders(line)
        _check_date(self.date or "")


def _check_placeholders(line: str) -> None:
    for found in _PLACEHOLDER.finditer(line):
        if found["name"] is None:
            continue
        if found["name"] not in _NAMES or found["end"] != ")s":
            known = ", ".join(f"%({name})s" for name in _NAMES)
            raise InvalidInputError(f"text: {found[0]!r} is none of {known}")


def _check_date(pattern: str) -> None:
    for found in _DIRECTIVE.finditer(pattern):
        if found["letter"][-1:] not in _LETTERS:
            raise InvalidInputError(f"date: strftime does not know {found[0]!r}")


@attrs.frozen(kw_only=True)
class SignatureParameters:
    """How all documents of a request are signed.

    Args:
        disable_ltv: and `use_tsa`: their defaults are not documented.
        level: such as ``T`` or ``LTV``; the values are not documented for One-Shot.
        subfilter: the Optimizer's default is ``adbe.pkcs7.detached``.
    """

    appearance: Appearance | None = None
    disable_ltv: bool | None = None
    use_tsa: bool | None = None
    metadata: str | None = None
    level: str | None = None
    subfilter: str | None = None


@attrs.frozen(kw_only=True)
class DocumentSignature:
    """How one document is signed, where it differs from the others.

    ``usecountersignature`` must be given for each document that is to be countersigned.
    """

    appearance: Appearance | None = None
    usecountersignature: bool | None = None
    metadata: str | None = None
    level: str | None = None
    subfilter: str | None = None


@attrs.frozen(kw_only=True)
class Countersignature(Secret):
    """The account (of SignCloud, not the RAO's) that signs after the person."""

    username: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)
    pin: str = attrs.field(repr=False)
    appearance: Appearance | None = None
    subfilter: str | None = None


@attrs.frozen(kw_only=True)
class SigningAnswer:
    """The answer to ``POST /sign/{request_pk}``, as far as it can be read.

    What `documents` holds is unknown; an answer in another form is in `extra`.
    """

    request: RequestPk | None = None
    documents: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
