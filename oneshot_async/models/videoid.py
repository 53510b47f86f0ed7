"""Video ID: what identifies a person, and what comes back about it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NewType

import attrs

from oneshot_async._discretion import discreet
from oneshot_async._secrecy import Secret
from oneshot_async.errors import InvalidInputError

from .files import File, FileSource
from .requests import IdDocumentType, RequestPk, RequestStatus

VideoIdPk = NewType("VideoIdPk", int)
"""The number of a Video ID; not to be mixed up with the number of its request."""


class SimilarityLevel(StrEnum):
    """How much the person resembles the picture in the identity document."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@attrs.frozen(kw_only=True)
class CreatedVideoId(Secret):
    """The answer to ``POST /videoid``.

    ``videoid_link`` is where the person identifies; it is empty where the evidence is
    uploaded instead. Whoever has it can act as the person: treat it as a secret.
    """

    videoid_pk: VideoIdPk
    request_pk: RequestPk
    videoid_link: str = attrs.field(default="", repr=False)
    status: RequestStatus | str | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class Acceptance:
    """The person's consent to being identified by video.

    Args:
        date: in milliseconds since 1970, or as text: the documentation has both.
        custom: fields of your own; this part is documented as customizable.
    """

    description: str
    ip: str = attrs.field(repr=False)
    date: int | str
    user_agent: str = attrs.field(repr=False, metadata={"wire": "user-agent"})
    url_web_videoid: str = attrs.field(metadata={"wire": "url-web-videoid"})
    url_doc_privacypolicy: str = attrs.field(metadata={"wire": "url-doc-privacypolicy"})
    url_doc_termsconditions: str = attrs.field(
        metadata={"wire": "url-doc-termsconditions"}
    )
    custom: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@discreet
@attrs.frozen(kw_only=True)
class OcrData:
    """What was read from the identity document; customizable by `custom`."""

    given_name: str = attrs.field(repr=False)
    surname_1: str = attrs.field(repr=False)
    serial_number: str = attrs.field(repr=False)
    id_document_type: IdDocumentType
    surname_2: str | None = attrs.field(default=None, repr=False)
    mobile_phone_number: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    id_document_country: str | None = None
    custom: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    def __attrs_post_init__(self) -> None:
        if self.id_document_type not in _IDENTIFYING:
            raise InvalidInputError(
                f"id_document_type must be one of {', '.join(sorted(_IDENTIFYING))}"
            )


_IDENTIFYING = frozenset(
    {IdDocumentType.IDC, IdDocumentType.PAS, IdDocumentType.PNO, IdDocumentType.TIN}
)


@attrs.frozen(kw_only=True)
class SecurityChecks:
    """What was checked, and whether it held; customizable by `custom`."""

    otp_validation: bool | None = None
    documents_match: bool | None = None
    data_integrity: bool | None = None
    document_notcopy: bool | None = None
    document_notexpired: bool | None = None
    document_notunderage: bool | None = None
    liveliness: bool | None = None
    custom: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@discreet
@attrs.frozen(kw_only=True)
class Evidences:
    """What an external identification found out.

    Args:
        document_front: JPEG or PNG, as a path, bytes or a `File`.
        document_rear: likewise.
        document_photo: likewise.
        document_owner: likewise.
        similarity_level: a `SimilarityLevel`, or a number from 0 to 100: the
            documentation has both.
        custom: fields of your own beside the images and the data.
    """

    acceptance: Acceptance
    document_front: FileSource | File = attrs.field(repr=False)
    document_rear: FileSource | File = attrs.field(repr=False)
    document_photo: FileSource | File = attrs.field(repr=False)
    document_owner: FileSource | File = attrs.field(repr=False)
    ocr_data: OcrData
    security_checks: SecurityChecks
    similarity_level: SimilarityLevel | int
    custom: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    def __attrs_post_init__(self) -> None:
        level = self.similarity_level
        if isinstance(level, int) and not 0 <= level <= 100:
            raise InvalidInputError("similarity_level must be from 0 to 100")

    def images(self) -> dict[str, File]:
        """Return the four images by their names."""
        names = ("document_front", "document_rear", "document_photo", "document_owner")
        return {
            name: File.of(getattr(self, name), name, "image/jpeg") for name in names
        }
