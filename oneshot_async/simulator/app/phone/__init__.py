"""The phone page: what the signer's telephone shows, and all that happens around it."""

from aiohttp import web

from . import actions, live, papers
from .live import end_streams_with
from .screen import show

PHONE = (web.get("/", show), *live.ROUTES, *actions.ROUTES, *papers.ROUTES)

__all__ = ["PHONE", "end_streams_with"]
