"""Callbacks: what One-Shot tells about a request without being asked."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs

from oneshot_async.callback_urls import Correlation

from .requests import RequestPk, RequestStatus

# Made once: `json.dumps` with an option makes another each time.
_ENCODER = json.JSONEncoder(sort_keys=True)


class EventType(StrEnum):
    """What happened. A type that is not listed here is kept as plain text."""

    REQUEST_CREATED = "REQUEST_CREATED"
    REQUEST_CANCELED = "REQUEST_CANCELED"
    REQUEST_APPROVED = "REQUEST_APPROVED"
    REQUEST_ENROLLED = "REQUEST_ENROLLED"
    CERTIFICATE_ACTIVATED = "CERTIFICATE_ACTIVATED"
    CERTIFICATE_SUSPENDED = "CERTIFICATE_SUSPENDED"
    CERTIFICATE_REVOKED = "CERTIFICATE_REVOKED"
    VIDEOID_UPDATED = "VIDEOID_UPDATED"
    VIDEOID_VALIDATED = "VIDEOID_VALIDATED"
    VIDEOID_FAILED = "VIDEOID_FAILED"
    VIDEOID_REFUSED = "VIDEOID_REFUSED"

    @classmethod
    def _missing_(cls, value: object) -> "EventType | None":
        # A status has two Ls where this has one.
        return cls.REQUEST_CANCELED if value == "REQUEST_CANCELLED" else None


@attrs.frozen(kw_only=True)
class Certificate:
    """A certificate as a callback describes it.

    The times carry no zone on the wire and none here. ``status`` is a vocabulary of its
    own (VALID, SUSPENDED, REVOKED), not to be compared with a request's.
    """

    status: str | None = None
    serial_number: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@attrs.frozen(kw_only=True)
class CallbackEvent:
    """One callback, in either of the two documented forms.

    Callbacks are unauthenticated: take one as a hint and ask `requests.get()` for the
    truth.

    Attributes:
        pk: the request it is about; some callbacks leave it out.
        status: the request's status at that moment.
        occurred_at: when it was sent, or happened; without a zone on the wire and here.
        correlation: which request's callback URL it came to, if it was a minted one.
        raw: the whole payload.
        sequence: its place in the inbox, counted from 1; 0 before it is kept.
        received_at: when it was kept, in UTC; two events that differ in it alone are
            equal.
    """

    status: RequestStatus | str
    pk: RequestPk | None = None
    event_type: EventType | str | None = None
    previous_status: RequestStatus | str | None = None
    occurred_at: datetime | None = None
    registration_authority: str | None = None
    certificates: tuple[Certificate, ...] = ()
    correlation: Correlation | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    sequence: int = 0
    received_at: datetime | None = attrs.field(default=None, eq=False)

    @property
    def dedupe_key(self) -> str:
        """What two deliveries of the same callback have in common.

        Callbacks carry no id, so it is derived: from whom it is about, the event type,
        the status, the previous status, the time, and the URL it came to: what comes to
        the fixed URL does not tell whose correlation it is.
        """
        told = [
            self.pk or self.correlation or dict(self.raw),
            self.correlation,
            self.event_type,
            self.status,
            self.previous_status,
            self.raw.get("sent_at") or self.raw.get("date"),
        ]
        return hashlib.sha256(_ENCODER.encode(told).encode("ascii")).hexdigest()
