"""The papers that can be opened from the phone page."""

from aiohttp import web

from oneshot_async.simulator import refusals
from oneshot_async.simulator.app.context import (
    optimizer_of,
    pk_of,
    record_of,
    uid_of,
)
from oneshot_async.simulator.app.documents import content_type_of
from oneshot_async.simulator.app.pages import BESIDE_A_PAGE, for_people


@for_people
async def document(request: web.Request) -> web.Response:
    """Answer `GET /documents/{pk}/{uid}/{version}`."""
    record = record_of(request, refusals.document_not_found())
    signed = request.match_info["version"] == "signed"
    machine = optimizer_of(request).machine
    return _paper(machine.content(record, uid_of(request), signed=signed))


@for_people
async def contract(request: web.Request) -> web.Response:
    """Answer `GET /contracts/{pk}`."""
    record = record_of(request, refusals.no_contract(pk_of(request)))
    return _paper(await optimizer_of(request).contract(record))


def _paper(content: bytes) -> web.Response:
    kind = content_type_of(content)
    return web.Response(body=content, content_type=kind, headers=BESIDE_A_PAGE)


ROUTES = (
    web.get("/documents/{pk:[0-9]+}/{uid}/{version:original|signed}", document),
    web.get("/contracts/{pk:[0-9]+}", contract),
)
