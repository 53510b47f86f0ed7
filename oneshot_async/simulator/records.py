"""What the simulator remembers of a request and its documents."""

import secrets
import uuid
from datetime import datetime
from typing import Any

import attrs

from oneshot_async.models.requests import RequestStatus

from .application import Applicant
from .hashes import HashDocument
from .pki import Credential


@attrs.define(kw_only=True)
class Document:
    """An uploaded document and, from a certain moment on, its signed version.

    Attributes:
        name: What the field of the form was called.
        filename: What the file was called.
        hashed: What is to be signed of a document that was not uploaded itself.
    """

    name: str
    filename: str = attrs.field(default="", repr=False)
    original: bytes = attrs.field(repr=False)
    hashed: HashDocument | None = None
    uid: str = attrs.field(factory=lambda: str(uuid.uuid4()))
    signed: bytes | None = attrs.field(default=None, repr=False)
    available_at: datetime | None = None

    def signed_at(self, now: datetime) -> bytes | None:
        """Return the signed version if it is available by then."""
        if self.available_at is None or now < self.available_at:
            return None
        return self.signed


@attrs.frozen(kw_only=True)
class Code:
    """A confirmation code on its way to the person."""

    digits: str = attrs.field(repr=False)
    sent_at: datetime


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}}"


@attrs.frozen(kw_only=True)
class ScratchcardSecrets:
    """The secrets that come with a request, drawn anew for each."""

    puk: str = attrs.field(factory=lambda: _digits(8), repr=False)
    enrollment_code: str = attrs.field(
        factory=lambda: secrets.token_urlsafe(6), repr=False
    )
    pin: str = attrs.field(factory=lambda: _digits(8), repr=False)
    erc: str = attrs.field(factory=lambda: _digits(10), repr=False)


@attrs.define(kw_only=True)
class RequestRecord:
    """A request as the simulator keeps it.

    Attributes:
        otp_sent: How many codes have been sent.
        code: The last of them, until it is used.
        signing: Whether a signature is under way or done.
        refused: Whether it was cancelled by refusing its Video ID.
        identified: The fields that a Video ID has filled in.
    """

    pk: int
    applicant: Applicant
    asynchronous: bool = False
    callback: str | None = attrs.field(default=None, repr=False)
    status: str = RequestStatus.CREATED
    previous_status: str | None = None
    scratchcard: str = attrs.field(factory=lambda: _digits(7), repr=False)
    secrets: ScratchcardSecrets = attrs.field(factory=ScratchcardSecrets)
    documents: dict[str, Document] = attrs.field(factory=dict[str, Document])
    credential: Credential | None = None
    otp_sent: int = 0
    code: Code | None = None
    signing: bool = False
    refused: bool = False
    identified: frozenset[str] = frozenset()

    def move(self, status: str) -> None:
        """Change the status, remembering the one before."""
        self.previous_status, self.status = self.status, status


@attrs.define(kw_only=True)
class VideoIdRecord:
    """An identification by video as the simulator keeps it.

    Attributes:
        external: Whether its evidence is uploaded and it has no page.
        key: What opens its page.
        evidences: What was found out, as it was uploaded or entered.
        validated: Whether an officer has found the evidence good.
    """

    pk: int
    request: RequestRecord
    external: bool = False
    key: str = attrs.field(factory=lambda: secrets.token_urlsafe(16), repr=False)
    video_identifier: str = attrs.field(factory=lambda: uuid.uuid4().hex)
    evidences: dict[str, Any] | None = attrs.field(default=None, repr=False)
    video: bytes | None = attrs.field(default=None, repr=False)
    validated: bool = False
    refusal_reason: str = attrs.field(default="", repr=False)

    @property
    def status(self) -> str:
        """Where it stands, in the registration authority's word."""
        if self.request.refused:
            return "REFUSED"
        if self.validated:
            return "VALIDATED"
        return "COMPLETE" if self.complete else "PENDING"

    @property
    def complete(self) -> bool:
        """Whether there is all that an officer needs for the review."""
        return self.evidences is not None and self.video is not None
