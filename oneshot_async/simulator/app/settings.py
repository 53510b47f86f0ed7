"""The operations on settings, in the older generation's envelope."""

from typing import Any

from aiohttp import web

from oneshot_async.simulator.optimizer import Optimizer

from .context import optimizer_of, read_json


async def hello(request: web.Request) -> web.Response:
    """Answer `GET /hello`."""
    _offering(request)
    return _answer("Hello")


async def version(request: web.Request) -> web.Response:
    """Answer `GET /version`."""
    _offering(request)
    return _answer(
        {"info": {"system": "simulated"}, "version": "1.5.0", "name": "Simulator"}
    )


async def get(request: web.Request) -> web.Response:
    """Answer `GET /settings`."""
    return _answer(_offering(request).settings.sections)


async def update(request: web.Request) -> web.Response:
    """Answer `POST /settings`."""
    optimizer = _offering(request)
    optimizer.settings.update(await read_json(request))
    return _answer("Settings saved successfully")


def _offering(request: web.Request) -> Optimizer:
    """Return the service if it has these operations; newer ones have not."""
    optimizer = optimizer_of(request)
    if not optimizer.features.settings:
        raise web.HTTPNotFound
    return optimizer


def _answer(details: Any) -> web.Response:
    return web.json_response({"status": "200 OK", "details": details})


ROUTES = (
    web.get("/hello", hello),
    web.get("/version", version),
    web.get("/settings", get),
    web.post("/settings", update),
)
