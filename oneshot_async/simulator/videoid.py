"""Identification by video: what it must say, and which step may follow which."""

import itertools
import re
from collections.abc import Mapping
from typing import Any

import attrs

from oneshot_async._json import is_object
from oneshot_async.models.requests import RequestStatus

from . import refusals, videoid_refusals
from .accounts import RAO_ID, Tokens
from .application import Applicant, applicant_of, check_contact
from .machine import Machine
from .records import RequestRecord, VideoIdRecord

_REQUIRED = (
    "mobile_phone_number",
    "email",
    "registration_authority",
    "profile",
    "billing_username",
    "billing_password",
    "env",
)
_COUNTRY = "id_document_country"
_NOT_YET_KNOWN = {
    "given_name": "",
    "surname_1": "",
    "serial_number": "",
    _COUNTRY: "ES",
}
_IMAGES = ("document_front", "document_rear", "document_photo", "document_owner")
_READ_BY_OCR = ("given_name", "surname_1", "serial_number")
_LEARNT = frozenset(
    {
        *_READ_BY_OCR,
        "surname_2",
        "mobile_phone_number",
        "email",
        "id_document_type",
        _COUNTRY,
    }
)
_DOCUMENT_TYPES = ("IDC", "PAS", "PNO", "TIN")
_NEEDED_TO_APPROVE = ("serial_number", "surname_1", "mobile_phone_number", "given_name")


@attrs.define(kw_only=True)
class VideoIdRules:
    """How the registration authority identifies; may be changed while it runs.

    Args:
        callback: Where the callbacks of new Video IDs go: a receiver's fixed URL.
        enabled: Whether it identifies by video at all.
        external: New Video IDs have no link; their evidence is uploaded.
        two_steps: A first approval only validates, and a second one approves.
    """

    callback: str | None = attrs.field(default=None, repr=False)
    enabled: bool = True
    external: bool = False
    two_steps: bool = False


class VideoIds:
    """All identifications and the rules for them; nothing here waits or sends."""

    def __init__(self, *, machine: Machine, rules: VideoIdRules) -> None:
        self._machine = machine
        self._rules = rules
        self._numbers = itertools.count(16_001)
        self.records: dict[int, VideoIdRecord] = {}

    def create(self, fields: Mapping[str, str]) -> VideoIdRecord:
        """Open an identification and the request that it is for."""
        if not self._rules.enabled:
            raise videoid_refusals.videoid_not_enabled(fields["registration_authority"])
        request = self._machine.create(
            applicant_of({**_NOT_YET_KNOWN, **fields}), callback=self._rules.callback
        )
        request.status = RequestStatus.VIDEOPENDING
        record = VideoIdRecord(
            pk=next(self._numbers), request=request, external=self._rules.external
        )
        self.records[record.pk] = record
        return record

    def find(self, pk: int) -> VideoIdRecord:
        """Return an identification that exists."""
        if pk not in self.records:
            raise videoid_refusals.videoid_not_found()
        return self.records[pk]

    def about(self, request: RequestRecord) -> VideoIdRecord | None:
        """Return the identification that a request is for, if it is for one."""
        found = (each for each in self.records.values() if each.request is request)
        return next(found, None)

    def linked(self, key: str) -> VideoIdRecord:
        """Return the identification that a link opens."""
        for record in self.records.values():
            if record.key == key and not record.external:
                return record
        raise videoid_refusals.videoid_not_found()

    def add_evidences(self, record: VideoIdRecord, body: Mapping[str, Any]) -> None:
        """Keep what an identification found out, and whom it found."""
        _check_open(record, "evidences data")
        request, found = record.request, _ocr_data(body)
        request.applicant = _learnt(request.applicant, found)
        request.identified |= _identified(found)
        record.evidences = dict(body)

    def add_video(self, record: VideoIdRecord, video: bytes) -> None:
        """Keep the video."""
        _check_open(record, "video")
        record.video = video

    def begin(self, record: VideoIdRecord) -> bool:
        """Note that there is some evidence; tell whether it is the first."""
        if record.request.status != RequestStatus.VIDEOPENDING:
            return False
        record.request.move(RequestStatus.VIDEOINCOMPLETE)
        return True

    def review(self, record: VideoIdRecord) -> bool:
        """Hand complete evidence to the officer; tell whether it was still wanted."""
        if record.request.status != RequestStatus.VIDEOINCOMPLETE:
            return False
        record.request.move(RequestStatus.VIDEOREVIEW)
        return True

    def fail(self, record: VideoIdRecord) -> None:
        """End an identification that did not succeed."""
        record.request.move(RequestStatus.VIDEOERROR)

    def approve(self, record: VideoIdRecord) -> bool:
        """Validate, approve or both; tell whether the request may be signed now."""
        request = record.request
        validated = request.status == RequestStatus.CREATED
        if not validated and request.status != RequestStatus.VIDEOREVIEW:
            raise refusals.invalid_status()
        _check_approvable(request)
        record.validated = True
        ready = validated or not self._rules.two_steps
        request.move(RequestStatus.ENROLLREADY if ready else RequestStatus.CREATED)
        return ready

    def refuse(self, record: VideoIdRecord, reason: str) -> None:
        """Refuse a person, which cancels the request."""
        if not reason:
            raise videoid_refusals.no_reason()
        if record.request.status != RequestStatus.VIDEOREVIEW:
            raise refusals.invalid_status()
        record.refusal_reason = reason
        record.request.refused = True
        record.request.move(RequestStatus.CANCELLED)


def check_creation(fields: Mapping[str, str], tokens: Tokens) -> None:
    """Refuse a `POST /videoid` that lacks something or names the wrong account."""
    if not all(fields.get(name) for name in _REQUIRED):
        raise videoid_refusals.missing_parameters()
    check_contact(fields)
    tokens.check_billing(fields)


def check_officer(fields: Mapping[str, str], tokens: Tokens) -> None:
    """Refuse an approval or a refusal that is not the officer's."""
    login = all(fields.get(name) for name in ("username", "password", "pin"))
    if not fields.get("rao") or not (login or fields.get("token")):
        raise videoid_refusals.incomplete_rao()
    tokens.check_rao(fields)
    if fields["rao"] != RAO_ID:
        raise videoid_refusals.no_such_rao()


def _check_open(record: VideoIdRecord, what: str) -> None:
    waiting = {RequestStatus.VIDEOPENDING, RequestStatus.VIDEOINCOMPLETE}
    if record.complete or record.request.status not in waiting:
        raise videoid_refusals.no_more_evidence(record.request.pk, what, record.status)


def _ocr_data(body: Mapping[str, Any]) -> dict[str, str]:
    data = body.get("videoid_data")
    if not is_object(data) or not is_object(body.get("acceptance")):
        raise videoid_refusals.missing_parameters()
    found = _with_all(data.get("ocr_data"), _READ_BY_OCR)
    _with_all(data.get("images"), _IMAGES)
    return {name: str(value) for name, value in found.items() if value}


def _with_all(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not is_object(value) or not all(value.get(name) for name in names):
        raise videoid_refusals.missing_parameters()
    return value


def _learnt(applicant: Applicant, found: Mapping[str, str]) -> Applicant:
    """Fill in what was read from the identity document."""
    if found.get("id_document_type", "IDC") not in _DOCUMENT_TYPES:
        raise refusals.invalid_document_type(_DOCUMENT_TYPES)
    country = found.get(_COUNTRY, applicant.id_document_country)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise refusals.invalid_country(country)
    changes = {name: value for name, value in found.items() if name in _LEARNT}
    return attrs.evolve(applicant, country_name=country, **changes)


def _identified(found: Mapping[str, str]) -> frozenset[str]:
    """Say which fields of a request are the identification's from now on."""
    filled = {name for name, value in found.items() if value.strip()} & _LEARNT
    return frozenset(filled | ({"country_name"} if _COUNTRY in filled else set()))


def _check_approvable(request: RequestRecord) -> None:
    applicant = request.applicant
    values = {name: str(getattr(applicant, name)) for name in _NEEDED_TO_APPROVE}
    blank = [name for name, value in values.items() if not value.strip()]
    if blank:
        raise videoid_refusals.cannot_approve(request.pk, blank)
