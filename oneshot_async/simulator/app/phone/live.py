"""What moves on the phone page, as server-sent events.

A stream looks at the service several times a second and sends the parts that are not
as they were. So the rest of the simulator knows nothing of the page, nothing is queued
for a slow browser, and who comes back is simply told how things stand.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

from oneshot_async.simulator.app.context import optimizer_of
from oneshot_async.simulator.app.pages import BESIDE_A_PAGE, for_people
from oneshot_async.simulator.app.templating import render

from .screen import parts_of

_BETWEEN_LOOKS = 0.1
_CLOSING = web.AppKey("CLOSING", asyncio.Event)


def end_streams_with(app: web.Application) -> None:
    """Have the streams of an application end when it shuts down."""
    app[_CLOSING] = asyncio.Event()
    app.on_shutdown.append(_close)


@for_people
async def stream(request: web.Request) -> web.StreamResponse:
    """Answer `GET /events`: one event for each part of the page that has changed."""
    answer = web.StreamResponse(headers=BESIDE_A_PAGE)
    answer.content_type = "text/event-stream"
    await answer.prepare(request)
    with suppress(ConnectionResetError):
        await _follow(request, answer)
    return answer


async def _follow(request: web.Request, answer: web.StreamResponse) -> None:
    closing, shown = request.app[_CLOSING], dict[str, object]()
    while not closing.is_set() and _is_connected(request):
        parts = parts_of(optimizer_of(request))
        if changed := {n: parts[n] for n in parts if parts[n] != shown.get(n)}:
            await answer.write(_event(changed))
        shown = parts
        await _wait(closing)


def _event(parts: Mapping[str, object]) -> bytes:
    """Write parts as they stand on the page; JSON keeps their lines together."""
    rendered = {name: render(f"parts/{name}.html", parts) for name in parts}
    return f"data: {json.dumps(rendered)}\n\n".encode()


async def _wait(closing: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_BETWEEN_LOOKS):
            await closing.wait()


def _is_connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _close(app: web.Application) -> None:
    app[_CLOSING].set()


ROUTES = (web.get("/events", stream),)
