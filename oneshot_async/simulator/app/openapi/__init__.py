"""What the simulator says of itself: an OpenAPI document, and a page made of it."""

from aiohttp import web

from .document import openapi_document


async def show_document(_: web.Request) -> web.Response:
    """Answer `GET /openapi.json`."""
    return web.json_response(openapi_document())


DESCRIPTION = (web.get("/openapi.json", show_document),)
