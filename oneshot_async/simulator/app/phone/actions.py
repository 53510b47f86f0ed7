"""What can be done on the phone page; afterwards a browser shows the page again."""

from aiohttp import web

from oneshot_async.simulator.app.context import optimizer_of, read_form
from oneshot_async.simulator.app.pages import for_people

from .disturbance import disturb

_MOST_DAYS = 30
_LONGEST = _MOST_DAYS * 86_400


@for_people
async def advance(request: web.Request) -> web.Response:
    """Answer `POST /clock`."""
    text = (await read_form(request)).fields.get("seconds", "")
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    if not 0 < seconds <= _LONGEST:
        said = f"seconds: a whole number, and at most {_MOST_DAYS} days."
        raise web.HTTPUnprocessableEntity(text=said)
    optimizer_of(request).clock.advance(seconds)
    return _back()


@for_people
async def disturb_next_callback(request: web.Request) -> web.Response:
    """Answer `POST /next-callback`."""
    name = (await read_form(request)).fields.get("disturbance", "")
    if not disturb(optimizer_of(request).faults, name):
        raise web.HTTPUnprocessableEntity(text="disturbance: one of those shown.")
    return _back()


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": "/"})


ROUTES = (
    web.post("/clock", advance),
    web.post("/next-callback", disturb_next_callback),
)
