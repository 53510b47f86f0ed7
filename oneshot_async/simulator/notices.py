"""Callbacks as data: what one says, in which form, and with which faults."""

from datetime import datetime
from typing import Any

import attrs

from oneshot_async.models.requests import RequestStatus

from .faults import Faults
from .payloads import number_or_text
from .pki import Credential
from .records import RequestRecord

_EVENTS: dict[str, str] = {
    RequestStatus.CREATED: "REQUEST_CREATED",
    RequestStatus.VIDEOPENDING: "REQUEST_CREATED",
    RequestStatus.VIDEOINCOMPLETE: "VIDEOID_UPDATED",
    RequestStatus.VIDEOREVIEW: "VIDEOID_UPDATED",
    RequestStatus.VIDEOERROR: "VIDEOID_FAILED",
    RequestStatus.ENROLLREADY: "REQUEST_APPROVED",
    RequestStatus.ISSUED: "REQUEST_ENROLLED",
    RequestStatus.CANCELLED: "REQUEST_CANCELED",
}
_VALIDATION = (RequestStatus.VIDEOREVIEW, RequestStatus.CREATED)
_CERTIFICATE: tuple[str, ...] = ("status", "serial_number", "valid_from", "valid_to")


@attrs.frozen(kw_only=True)
class Notice:
    """A change of status that a callback is to tell."""

    url: str = attrs.field(repr=False)
    pk: int
    status: str
    previous_status: str | None
    profile: str
    registration_authority: str
    scratchcard: str = attrs.field(repr=False)
    credential: Credential | None
    refused: bool
    sent_at: datetime


def notice_of(record: RequestRecord, url: str, now: datetime) -> Notice:
    """Write down how a request stands."""
    return Notice(
        url=url,
        pk=record.pk,
        status=str(record.status),
        previous_status=record.previous_status and str(record.previous_status),
        profile=record.applicant.profile,
        registration_authority=record.applicant.registration_authority,
        scratchcard=record.scratchcard,
        credential=record.credential,
        refused=record.refused,
        sent_at=now,
    )


def bodies(notice: Notice, faults: Faults) -> list[dict[str, Any]]:
    """Return the callbacks that go out for a notice, faults included."""
    body = _body(notice, faults)
    extras: list[dict[str, Any]] = []
    if faults.strikes(faults.forged):
        extras += [_lie_about_status(notice), _lie_about_request(notice)]
    if faults.strikes(faults.unknown_event):
        extras.append({**new_form(notice), "event_type": "REQUEST_PONDERED"})
    copies = 2 if faults.strikes(faults.doubled) else 1
    return extras + [body] * copies


def new_form(notice: Notice) -> dict[str, Any]:
    """Write a callback in the form of today."""
    return {
        "event_type": _event(notice),
        "sent_at": f"{notice.sent_at:%Y%m%d%H%M%S}",
        "request": {
            "status": notice.status,
            "profile": notice.profile,
            "registration_authority": number_or_text(notice.registration_authority),
            "scratchcard": notice.scratchcard,
            "pk": notice.pk,
        },
        "certificates": _certificates(notice),
    }


def old_form(notice: Notice) -> dict[str, Any]:
    """Write a callback in the older form, which has no event and no certificates."""
    return {
        "status": notice.status,
        "date": notice.sent_at.replace(tzinfo=None).isoformat(timespec="microseconds"),
        "previous_status": notice.previous_status,
        "request": notice.pk,
        "registration_authority": number_or_text(notice.registration_authority),
    }


def _event(notice: Notice) -> str:
    if notice.status == RequestStatus.CANCELLED and notice.refused:
        return "VIDEOID_REFUSED"
    if (notice.previous_status, notice.status) == _VALIDATION:
        return "VIDEOID_VALIDATED"
    return _EVENTS.get(notice.status, f"REQUEST_{notice.status}")


def _body(notice: Notice, faults: Faults) -> dict[str, Any]:
    body = new_form(notice)
    if faults.strikes(faults.old_form):
        body = old_form(notice)
    elif faults.strikes(faults.single_certificate):
        body["certificates"] = _only_certificate(body["certificates"])
    if faults.strikes(faults.string_pk):
        body = _with_string_pk(body)
    if faults.strikes(faults.without_pk):
        body = _without_pk(body)
    return body


def _certificates(notice: Notice) -> list[dict[str, str]]:
    if notice.credential is None:
        return []
    return [
        {
            "status": "VALID",
            "serial_number": notice.credential.serial_number.lower(),
            "valid_from": f"{notice.credential.valid_from:%Y%m%d %H:%M:%S}",
            "valid_to": f"{notice.credential.valid_to:%Y%m%d %H:%M:%S}",
        }
    ]


def _only_certificate(certificates: list[dict[str, str]]) -> dict[str, str]:
    return certificates[0] if certificates else dict.fromkeys(_CERTIFICATE, "")


def _with_string_pk(body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(body["request"], int):
        return {**body, "request": str(body["request"])}
    return {**body, "request": {**body["request"], "pk": str(body["request"]["pk"])}}


def _without_pk(body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(body["request"], dict):
        return {**body, "request": {"status": body["request"]["status"]}}
    return {name: value for name, value in body.items() if name != "request"}


def _lie_about_status(notice: Notice) -> dict[str, Any]:
    return new_form(attrs.evolve(notice, status=str(RequestStatus.ISSUED)))


def _lie_about_request(notice: Notice) -> dict[str, Any]:
    cancelled = str(RequestStatus.CANCELLED)
    return new_form(attrs.evolve(notice, pk=notice.pk + 1, status=cancelled))
