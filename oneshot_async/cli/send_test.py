"""``oneshot-async send-test``: a callback as One-Shot would send it."""

import asyncio
import json
import sys
from datetime import datetime

import click

from oneshot_async._probes import post
from oneshot_async.models.callbacks import EventType
from oneshot_async.models.requests import RequestStatus

from .console import console_for
from .options import examples, json_option

_MEANING = {
    204: "kept",
    400: "not read as a callback",
    404: "no callback URL of that receiver, or from a network that may not call",
    405: "nothing takes callbacks there",
    413: "too large for the receiver",
    503: "could not be kept: look at the receiver's inbox",
}
_EVENTS = {
    RequestStatus.CREATED: EventType.REQUEST_CREATED,
    RequestStatus.ENROLLREADY: EventType.REQUEST_APPROVED,
    RequestStatus.ISSUED: EventType.REQUEST_ENROLLED,
    RequestStatus.CANCELLED: EventType.REQUEST_CANCELED,
}


@click.command(
    "send-test",
    epilog=examples(
        "oneshot-async send-test http://127.0.0.1:8080/callbacks/…",
        "oneshot-async callback-url --public-url http://127.0.0.1:8080 "
        "| oneshot-async send-test - --status ISSUED",
    ),
)
@click.argument("url")
@click.option(
    "--pk",
    type=click.IntRange(min=1),
    default=822543,
    show_default=True,
    help="The request that it is about.",
)
@click.option(
    "--status",
    type=click.Choice(list(_EVENTS)),
    default=RequestStatus.ENROLLREADY,
    show_default=True,
    help="What it says of that request.",
)
@json_option
@click.pass_context
def send_test(
    context: click.Context, url: str, pk: int, status: str, *, as_json: bool
) -> None:
    """Post a sample callback to URL, and say what the receiver makes of it.

    URL is a callback URL, or - to read it from standard input, where no list of
    processes shows it. The exit code is 0 if the callback was kept.
    """
    target = sys.stdin.readline().strip() if url == "-" else url
    with console_for(machine=as_json) as console:
        answered = asyncio.run(post(target, _sample(pk, RequestStatus(status))))
        told = _MEANING.get(answered.status, "no answer of a receiver")
        fields = {"status": answered.status, "kept": answered.status == 204}
        console.conclude(fields, f"{answered.status}: {told}")
    context.exit(0 if answered.status == 204 else 1)


def _sample(pk: int, status: RequestStatus) -> bytes:
    sent_at = f"{datetime.now().astimezone():%Y%m%d%H%M%S}"
    request = {"pk": pk, "status": status, "profile": "PFnubeQAFCiudadano"}
    event = {"event_type": _EVENTS[status], "sent_at": sent_at, "request": request}
    return json.dumps({**event, "certificates": []}).encode()
