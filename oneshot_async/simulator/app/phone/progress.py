"""How far a request has come, in steps and in words."""

from enum import StrEnum

import attrs

from oneshot_async.models.requests import RequestStatus
from oneshot_async.simulator.records import RequestRecord


class Tone(StrEnum):
    """How a thing stands at a glance."""

    CALM = "calm"
    BUSY = "busy"
    READY = "ready"
    GOOD = "good"
    BAD = "bad"


@attrs.frozen
class Step:
    """One step on the way to a signature: done, now, to come, or failed."""

    name: str
    state: str


_IDENTIFYING = ("Video", "Review", "Approval", "Code", "Signature")
_ORDINARY = ("Request", "Approval", "Code", "Signature")
_SAID: dict[str, tuple[Tone, str]] = {
    RequestStatus.CREATED: (Tone.BUSY, "waits for approval"),
    RequestStatus.VIDEOPENDING: (Tone.BUSY, "waits for the person to identify"),
    RequestStatus.VIDEOINCOMPLETE: (Tone.BUSY, "waits for all evidence"),
    RequestStatus.VIDEOREVIEW: (Tone.BUSY, "waits for the officer's review"),
    RequestStatus.VIDEOERROR: (Tone.BAD, "the identification failed"),
    RequestStatus.ENROLLREADY: (Tone.READY, "is approved, wants a code"),
    RequestStatus.ISSUED: (Tone.GOOD, "is signed"),
    RequestStatus.CANCELLED: (Tone.BAD, "is cancelled"),
}
_FAILED = frozenset({RequestStatus.CANCELLED, RequestStatus.VIDEOERROR})
# How many steps are done, if the first of them is to identify.
_REACHED: dict[str, int] = {
    RequestStatus.VIDEOREVIEW: 1,
    RequestStatus.CREATED: 2,
    RequestStatus.ENROLLREADY: 3,
    RequestStatus.ISSUED: 5,
}


def said_of(record: RequestRecord) -> tuple[Tone, str]:
    """Say how a request stands."""
    if record.status == RequestStatus.ENROLLREADY and record.signing:
        return Tone.BUSY, "is being signed"
    if record.status == RequestStatus.ENROLLREADY and record.code is not None:
        return Tone.READY, "waits for the code on the telephone"
    return _SAID.get(record.status, (Tone.CALM, "is in a status of its own"))


def steps_of(record: RequestRecord, *, identifies: bool) -> tuple[Step, ...]:
    """Tell the steps of a request from each other."""
    names = _IDENTIFYING if identifies else _ORDINARY
    done = _reached(record) - len(_IDENTIFYING) + len(names)
    failed = record.status in _FAILED
    return tuple(
        Step(name, _state(position - done, failed=failed))
        for position, name in enumerate(names)
    )


def _reached(record: RequestRecord) -> int:
    status = record.status
    if status not in _REACHED and record.previous_status is not None:
        status = record.previous_status
    sent = status == RequestStatus.ENROLLREADY and record.otp_sent > 0
    return _REACHED.get(status, 0) + sent


def _state(ahead: int, *, failed: bool) -> str:
    if ahead < 0:
        return "done"
    if ahead > 0:
        return "to come"
    return "failed" if failed else "now"
