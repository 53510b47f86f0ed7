"""Requests: what is sent to create one, and what comes back about it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import attrs

from oneshot_async._checks import given
from oneshot_async._discretion import discreet
from oneshot_async._numbers import RequestPk as RequestPk
from oneshot_async._secrecy import Secret
from oneshot_async._texts import check_text
from oneshot_async.errors import InvalidInputError

from .files import File, FileSource

E = TypeVar("E", bound=StrEnum)

AnyText = Annotated[str, "a number on the wire becomes text"]
Flag = Annotated[bool, "the words true and false count; anything else is not a flag"]


def member_or_text(kind: type[E], text: str) -> E | str:
    """Return the member that a text stands for, or the text if nobody knows it."""
    try:
        return kind(text)
    except ValueError:
        return text


class RequestStatus(StrEnum):
    """Where a request stands; a status that is not listed here is kept as text."""

    CREATED = "CREATED"
    VIDEOPENDING = "VIDEOPENDING"
    VIDEOINCOMPLETE = "VIDEOINCOMPLETE"
    VIDEOREVIEW = "VIDEOREVIEW"
    VIDEOERROR = "VIDEOERROR"
    ENROLLREADY = "ENROLLREADY"
    ISSUED = "ISSUED"
    RENEWED = "RENEWED"
    RENOVATED = "RENOVATED"
    CANCELLED = "CANCELLED"

    @classmethod
    def _missing_(cls, value: object) -> "RequestStatus | None":
        # The documentation's prose has it with one L.
        return cls.CANCELLED if value == "CANCELED" else None


TERMINAL_STATUSES = frozenset(
    {
        RequestStatus.ISSUED,
        RequestStatus.RENEWED,
        RequestStatus.RENOVATED,
        RequestStatus.CANCELLED,
    }
)
"""Statuses that a request never leaves for one of the others."""


class IdDocumentType(StrEnum):
    """The kinds of identity document."""

    IDC = "IDC"
    PAS = "PAS"
    PNO = "PNO"
    TIN = "TIN"
    CI = "CI"
    CE = "CE"


def _image(source: FileSource | File | None, name: str) -> File | None:
    return None if source is None else File.of(source, name, "image/jpeg")


@discreet
@attrs.frozen(kw_only=True)
class Signer:
    """The person who is to sign.

    Args:
        given_name: and the surnames: as in the identity document.
        surname_1: the first or only surname,
        surname_2: and the second, if there is one.
        id_document_type: ``IDC``, ``PAS``, ``PNO``, ``TIN``, ``CI`` or ``CE``.
        id_document_country: ISO 3166-1 alpha-2.
        serial_number: the number of the identity document.
        mobile_phone_number: with the prefix, ``+34…``; the OTP goes there.
        residence: and the three fields after it, and
        special_conditions: needed by some profiles only.
        document_front: JPEG or PNG, as a path, bytes or a `File`. Whether an image is
            needed is the registration authority's setting.
        document_rear: likewise.
        document_owner: likewise: the person, who holds the document.
        extra_document: likewise.
    """

    given_name: str = attrs.field(repr=False)
    surname_1: str = attrs.field(repr=False)
    surname_2: str | None = attrs.field(default=None, repr=False)
    id_document_type: IdDocumentType | str = IdDocumentType.IDC
    id_document_country: str
    serial_number: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)
    mobile_phone_number: str = attrs.field(repr=False)
    residence: str | None = attrs.field(default=None, repr=False)
    residence_city: str | None = attrs.field(default=None, repr=False)
    residence_postal_code: str | None = attrs.field(default=None, repr=False)
    residence_address: str | None = attrs.field(default=None, repr=False)
    special_conditions: str | None = attrs.field(default=None, repr=False)
    document_front: FileSource | File | None = attrs.field(default=None, repr=False)
    document_rear: FileSource | File | None = attrs.field(default=None, repr=False)
    document_owner: FileSource | File | None = attrs.field(default=None, repr=False)
    extra_document: FileSource | File | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        for name, value in given(self):
            if name not in _IMAGES:
                check_text(value, name)
        for name in ("given_name", "surname_1", "serial_number"):
            if not getattr(self, name).strip():
                raise InvalidInputError(f"{name} is empty")
        if not self.mobile_phone_number.startswith("+"):
            raise InvalidInputError(
                "mobile_phone_number needs its international prefix, as in +34…"
            )
        if "@" not in self.email:
            raise InvalidInputError("email is no e-mail address")
        if not re.fullmatch("[A-Z]{2}", self.id_document_country):
            raise InvalidInputError(
                "id_document_country must be two capital letters, as in ES"
            )

    def fields(self) -> dict[str, str]:
        """Return the text fields of ``POST /create``."""
        values = attrs.asdict(self, recurse=False)
        return {
            name: str(value)
            for name, value in values.items()
            if value is not None and name not in _IMAGES
        }

    def images(self) -> dict[str, File]:
        """Return the identity images of ``POST /create``."""
        found = {name: _image(getattr(self, name), name) for name in _IMAGES}
        return {name: image for name, image in found.items() if image is not None}


_IMAGES = ("document_front", "document_rear", "document_owner", "extra_document")


@attrs.frozen(kw_only=True)
class RequestUpdate:
    """New values for a Video ID request that has not been approved.

    Fields which the identification has filled cannot be changed.

    Args:
        scratchcard: as in `Request.scratchcard`.
        birth_date: passed on as given; its format is not documented.
    """

    scratchcard: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)
    registration_authority: str
    profile: str
    country_name: str
    given_name: str | None = attrs.field(default=None, repr=False)
    surname_1: str | None = attrs.field(default=None, repr=False)
    surname_2: str | None = attrs.field(default=None, repr=False)
    birth_date: str | None = attrs.field(default=None, repr=False)
    mobile_phone_number: str | None = attrs.field(default=None, repr=False)
    serial_number: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class CreatedRequest:
    """The answer to ``POST /create``.

    ``asyncmode`` is None where the Optimizer answers something that is no flag.
    """

    pk: RequestPk
    status: RequestStatus | str | None = None
    asyncmode: Flag | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class RequestSecrets(Secret):
    """The secrets of a request's scratchcard; treat them like passwords."""

    puk: AnyText | None = attrs.field(default=None, repr=False)
    enrollment_code: AnyText | None = attrs.field(default=None, repr=False)
    pin: AnyText | None = attrs.field(default=None, repr=False)
    erc: AnyText | None = attrs.field(default=None, repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class Request:
    """A request as the Optimizer knows it.

    What it answers beyond these fields is in `extra`, by its name on the wire.
    """

    pk: RequestPk
    status: RequestStatus | str
    profile: str | None = None
    registration_authority: AnyText | None = None
    scratchcard: AnyText | None = attrs.field(default=None, repr=False)
    given_name: str | None = attrs.field(default=None, repr=False)
    second_name: str | None = attrs.field(default=None, repr=False)
    surname_1: str | None = attrs.field(default=None, repr=False)
    surname_2: str | None = attrs.field(default=None, repr=False)
    id_document_type: IdDocumentType | str | None = None
    id_document_country: str | None = None
    serial_number: AnyText | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    mobile_phone_number: AnyText | None = attrs.field(default=None, repr=False)
    country_name: str | None = None
    birth_date: str | None = attrs.field(default=None, repr=False)
    communication_language: str | None = None
    validity_time: AnyText | None = None
    secure_element: AnyText | None = None
    secrets: RequestSecrets = attrs.field(factory=RequestSecrets, repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
