"""Starting a server so that it can be stopped, whatever happens meanwhile."""

import asyncio

from aiohttp import web


async def start(site: web.BaseSite) -> None:
    """Start to listen; a cancellation waits for the end, as nobody could stop it else.

    A server that asyncio has begun to start and not returned goes on listening.
    """
    starting = asyncio.ensure_future(site.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        raise
