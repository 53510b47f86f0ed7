"""The HTTP face of the simulator: one module per tag of the API."""

from collections.abc import Iterator

from aiohttp import web

from oneshot_async.simulator.optimizer import Optimizer

from . import documents, images, requests, settings, tokens, videoid
from .context import OPTIMIZER
from .identification import PAGES
from .middlewares import BASE, DOUBLED, Calls, counting, disturbing, refusing, shaping
from .openapi import DESCRIPTION
from .pages import ASSETS
from .phone import PHONE, end_streams_with


def make_app(optimizer: Optimizer, calls: Calls) -> web.Application:
    """Build the application: the pages, and below them the API.

    It notes every call of the API in `calls`.
    """
    app = web.Application(client_max_size=2**40)  # documents may be of any size
    app[OPTIMIZER] = optimizer
    end_streams_with(app)
    for routes in (PHONE, PAGES, ASSETS, DESCRIPTION):
        app.add_routes(routes)
    app.add_subapp(BASE, _make_api(optimizer, calls))
    return app


def _make_api(optimizer: Optimizer, calls: Calls) -> web.Application:
    api = web.Application(
        middlewares=[
            counting(calls),
            disturbing(optimizer.faults),
            refusing(optimizer.faults),
            shaping(optimizer.faults),
        ],
    )
    api[OPTIMIZER] = optimizer
    api.add_routes(_every_spelling())
    return api


def _every_spelling() -> Iterator[web.RouteDef]:
    """Yield each route with the base path single and doubled, with a slash or not."""
    for module in (documents, images, requests, settings, tokens, videoid):
        for route in module.ROUTES:
            for again in ("", DOUBLED):
                for slash in ("", "/"):
                    path = again + route.path + slash
                    yield web.route(route.method, path, route.handler)
