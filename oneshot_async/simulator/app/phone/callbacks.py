"""The callbacks as the phone page shows them: what each says, and its fate."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs
from yarl import URL

from oneshot_async.simulator.courier import CallbackRecord, Courier, Errand
from oneshot_async.simulator.notices import new_form

from .newest import newest
from .progress import Tone


@attrs.frozen(kw_only=True, repr=False)
class Row:
    """A callback that was sent, was lost or is on its way.

    Attributes:
        host: Where it goes; the path of a callback is a secret.
        reason: Why there was no answer.
    """

    key: str
    pk: int
    event: str
    at: datetime
    host: str
    tone: Tone
    fate: str
    reason: str = ""
    body: Mapping[str, Any]


def rows_of(courier: Courier) -> tuple[Row, ...]:
    """Show the newest callbacks, above them those on their way."""
    waiting = (_waiting(errand) for _, errand in newest(courier.underway))
    sent = (_sent(number, record) for number, record in newest(courier.sent))
    return (*waiting, *sent)


def _waiting(errand: Errand) -> Row:
    notice = errand.notice
    body = new_form(notice)
    return Row(
        key=f"errand-{errand.number}",
        pk=notice.pk,
        event=body["event_type"],
        at=errand.due,
        host=_host(notice.url),
        tone=Tone.BUSY,
        fate="on its way",
        body=body,
    )


def _sent(number: int, record: CallbackRecord) -> Row:
    tone, fate = fate_of(record.outcome)
    return Row(
        key=f"callback-{number}",
        pk=record.pk,
        event=record.body.get("event_type") or record.body["status"],
        at=record.at,
        host=_host(record.url),
        tone=tone,
        fate=fate,
        reason=_reason(record.outcome),
        body=record.body,
    )


def fate_of(outcome: int | str) -> tuple[Tone, str]:
    """Say what became of a callback."""
    match outcome:
        case "lost":
            return Tone.CALM, "lost"
        case str():
            return Tone.BAD, "no answer"
        case int(status) if status < 300:
            return Tone.GOOD, f"{status} kept"
        case int(status) if status < 500:
            return Tone.BAD, f"{status} refused"
        case int(status):
            return Tone.BAD, f"{status} not kept"


def _reason(outcome: int | str) -> str:
    failed, _, reason = str(outcome).partition(": ")
    return reason if failed == "failed" else ""


def _host(url: str) -> str:
    try:
        return URL(url).host_port_subcomponent or "nowhere"
    except ValueError:
        return "nowhere"
