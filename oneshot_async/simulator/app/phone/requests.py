"""The requests as the phone page shows them."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

import attrs

from oneshot_async.simulator.optimizer import Optimizer
from oneshot_async.simulator.records import Document, RequestRecord

from .newest import newest
from .progress import Step, Tone, said_of, steps_of


@attrs.frozen(kw_only=True, repr=False)
class Paper:
    """A document of a request, and whether its signed version is there."""

    uid: str
    name: str
    signed: bool


@attrs.frozen(kw_only=True, repr=False)
class Card:
    """A request."""

    pk: int
    name: str
    profile: str
    asynchronous: bool
    status: str
    tone: Tone
    said: str
    steps: tuple[Step, ...]
    papers: tuple[Paper, ...]


def cards_of(optimizer: Optimizer) -> tuple[Card, ...]:
    """Show the newest requests."""
    records = tuple(optimizer.machine.requests.values())
    videoids = tuple(optimizer.videoids.records.values())
    identifying = {videoid.request.pk for _, videoid in newest(videoids)}
    now = optimizer.clock.now()
    return tuple(
        _card(record, now, identifies=record.pk in identifying)
        for _, record in newest(records)
    )


def _card(record: RequestRecord, now: datetime, *, identifies: bool) -> Card:
    tone, said = said_of(record)
    return Card(
        pk=record.pk,
        name=record.applicant.person().full_name,
        profile=record.applicant.profile,
        asynchronous=record.asynchronous,
        status=str(record.status),
        tone=tone,
        said=said,
        steps=steps_of(record, identifies=identifies),
        papers=_papers(record.documents, now),
    )


def _papers(documents: Mapping[str, Document], now: datetime) -> tuple[Paper, ...]:
    return tuple(
        Paper(
            uid=document.uid,
            name=_name(document),
            signed=document.signed_at(now) is not None,
        )
        for document in documents.values()
    )


def _name(document: Document) -> str:
    # Some clients quote the names of files as they would in a URL.
    return unquote(document.filename) or document.name
