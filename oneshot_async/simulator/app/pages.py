"""What holds for every page for people: its look, its errors, and who may post."""

from collections.abc import Mapping
from functools import wraps
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from oneshot_async.simulator.refusals import Details, RefusedError

from .files import files_in
from .templating import render

BESIDE_A_PAGE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of whatever is no page itself."""

_OF_A_PAGE = {
    **BESIDE_A_PAGE,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    # Without a referrer browsers would not say either where a form comes from.
    "Referrer-Policy": "same-origin",
}
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_ASSETS = files_in("static")
_OTHER_NAMES = {"favicon.ico": "icon.svg"}


def page(
    template: str, values: Mapping[str, object], *, status: int = 200
) -> web.Response:
    """Answer with a page."""
    return web.Response(
        text=render(template, values),
        status=status,
        content_type="text/html",
        headers=_OF_A_PAGE,
    )


def for_people(handler: Handler) -> Handler:
    """Guard a handler: no other site may post to it, and it refuses with a page."""

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            _check_site(request)
            return await handler(request)
        except RefusedError as refusal:
            return _refusal(refusal.status, refusal.details)
        except web.HTTPClientError as error:
            return _refusal(error.status, error.text)

    return handle


@for_people
async def asset(request: web.Request) -> web.Response:
    """Answer with a file that pages are made of."""
    name = request.match_info["name"]
    name = _OTHER_NAMES.get(name, name)
    if name not in _ASSETS:
        raise web.HTTPNotFound
    kind = _TYPES[name.rpartition(".")[2]]
    headers = BESIDE_A_PAGE
    return web.Response(body=_ASSETS[name], content_type=kind, headers=headers)


def _check_site(request: web.Request) -> None:
    """Refuse to do what another site has made a browser ask for."""
    if request.method == "POST" and not _comes_from_here(request):
        raise web.HTTPForbidden(text="Another site may not do this.")


def _comes_from_here(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    # Over plain HTTP browsers say so to this machine only. Who says nothing is none.
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def _refusal(status: int, details: Details | None) -> web.Response:
    title = HTTPStatus(status).phrase
    said = details if isinstance(details, str) else ""
    return page("refusal.html", {"title": title, "said": said}, status=status)


ASSETS = (
    web.get("/static/{name}", asset),
    # Where browsers look for the icon of what is no page, such as a PDF.
    web.get("/{name:favicon.ico}", asset),
)
