"""The HTTP face of the simulator: one module per tag of the API."""

from collections.abc import Iterator

from aiohttp import web

from oneshot_async.simulator.optimizer import Optimizer

from . import documents, images, requests, settings, tokens, videoid
from .context import OPTIMIZER
from .identification import PAGES
from .middlewares import BASES, Calls, counting, disturbing, refusing
from .openapi import DESCRIPTION


def make_app(optimizer: Optimizer, calls: Calls) -> web.Application:
    """Build the application; it notes every call it receives in `calls`."""
    app = web.Application(
        client_max_size=2**40,  # documents may be of any size
        middlewares=[
            counting(calls),
            disturbing(optimizer.faults),
            refusing(optimizer.faults),
        ],
    )
    app[OPTIMIZER] = optimizer
    app.add_routes(_every_spelling())
    app.add_routes(PAGES)
    app.add_routes(DESCRIPTION)
    return app


def _every_spelling() -> Iterator[web.RouteDef]:
    """Yield each route with the base path single and doubled, with a slash or not."""
    for module in (documents, images, requests, settings, tokens, videoid):
        for route in module.ROUTES:
            for base in BASES:
                for slash in ("", "/"):
                    yield web.route(
                        route.method, base + route.path + slash, route.handler
                    )
