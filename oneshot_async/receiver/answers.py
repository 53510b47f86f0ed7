"""What the receiver says: a status, and as little else as possible."""

from aiohttp import web

HEADERS = {
    # Who opens a callback URL in a browser passes it on to nobody.
    "Referrer-Policy": "no-referrer",
}
_HEADERS = {
    **HEADERS,
    # In place of the name and version that aiohttp would give.
    "Server": "receiver",
}
_NOT_POSTED = {**_HEADERS, "Allow": "POST"}


def answer(status: int) -> web.Response:
    """Make an answer without a body; a refusal ends the connection."""
    headers = _NOT_POSTED if status == 405 else _HEADERS
    response = web.Response(status=status, headers=headers)
    if status >= 400:
        # The rest of the body, if any, is not worth reading.
        response.force_close()
    return response


async def tell_little(_request: web.Request, response: web.StreamResponse) -> None:
    """Have what aiohttp answers by itself, as to CONNECT, say no more about us."""
    response.headers.update(_HEADERS)
