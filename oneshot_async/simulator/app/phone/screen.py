"""What the phone page shows, part by part, each a value that can be compared."""

import attrs
from aiohttp import web

from oneshot_async.models.requests import RequestStatus
from oneshot_async.simulator.app.context import optimizer_of
from oneshot_async.simulator.app.middlewares import BASE
from oneshot_async.simulator.app.pages import for_people, page
from oneshot_async.simulator.optimizer import Optimizer

from .callbacks import rows_of
from .disturbance import disturbance_of
from .newest import newest
from .requests import cards_of


@attrs.frozen(repr=False)
class Invitation:
    """A Video ID that waits for the person."""

    pk: int
    request_pk: int
    key: str


def parts_of(optimizer: Optimizer) -> dict[str, object]:
    """Look at the service."""
    return {
        "clock": optimizer.clock.now().replace(microsecond=0),
        "invitations": _invitations(optimizer),
        "messages": tuple(newest(optimizer.phone.messages)),
        "requests": cards_of(optimizer),
        "disturbance": disturbance_of(optimizer.faults),
        "callbacks": rows_of(optimizer.courier),
    }


@for_people
async def show(request: web.Request) -> web.Response:
    """Answer `GET /`."""
    api = request.url.origin() / BASE.removeprefix("/")
    return page("phone.html", {"api": str(api), **parts_of(optimizer_of(request))})


def _invitations(optimizer: Optimizer) -> tuple[Invitation, ...]:
    return tuple(
        Invitation(record.pk, record.request.pk, record.key)
        for _, record in newest(tuple(optimizer.videoids.records.values()))
        if record.request.status == RequestStatus.VIDEOPENDING and not record.external
    )
