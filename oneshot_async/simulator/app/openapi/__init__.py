"""What the simulator says of itself: an OpenAPI document, and a page made of it."""

from functools import cache

from aiohttp import web

from oneshot_async.simulator.app import pages

from .document import openapi_document
from .page import values_of


async def show_document(_: web.Request) -> web.Response:
    """Answer `GET /openapi.json`."""
    return web.json_response(openapi_document())


async def show_page(_: web.Request) -> web.Response:
    """Answer `GET /docs`."""
    return pages.page("reference.html", _values())


@cache
def _values() -> dict[str, str]:
    return values_of(openapi_document())


DESCRIPTION = (
    web.get("/openapi.json", show_document),
    web.get("/docs", show_page),
)
