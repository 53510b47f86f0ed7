"""The operations of the Tokens tag."""

from aiohttp import web

from .context import optimizer_of, read_json, uid_of


async def create(request: web.Request) -> web.Response:
    """Answer `POST /token`."""
    uid = optimizer_of(request).tokens.add(await read_json(request))
    details = {"token_uid": uid}
    return web.json_response(
        {"status": "success", "message": "Token created", "details": details}
    )


async def get(request: web.Request) -> web.Response:
    """Answer `GET /token/{uid}`."""
    token = optimizer_of(request).tokens.get(uid_of(request))
    return web.json_response({"status": "success", "details": token.payload()})


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /token/{uid}`."""
    optimizer_of(request).tokens.remove(uid_of(request))
    return web.json_response(
        {"status": "success", "message": "Token deleted successfully"}
    )


async def list_all(request: web.Request) -> web.Response:
    """Answer `GET /tokens`."""
    tokens = optimizer_of(request).tokens.payload()
    return web.json_response({"status": "success", "details": tokens})


ROUTES = (
    web.post("/token", create),
    web.get("/token/{uid}", get),
    web.delete("/token/{uid}", delete),
    web.get("/tokens", list_all),
)
