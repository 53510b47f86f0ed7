"""The page behind a Video ID's link, on which a person identifies, or fails to."""

from aiohttp import web

from oneshot_async.models.requests import RequestStatus
from oneshot_async.simulator import refusals
from oneshot_async.simulator.pki import SIMULATED
from oneshot_async.simulator.records import VideoIdRecord

from .context import optimizer_of, read_form

_PATH = "/identification/{key}"
_PERSON = {
    "given_name": "Simulated",
    "surname_1": "Person",
    "surname_2": "",
    "serial_number": "0000000T",
    "id_document_type": "IDC",
    "id_document_country": "ES",
}
_IMAGES = ("document_front", "document_rear", "document_photo", "document_owner")
# The beginning that tells an mp4 file; nobody can look at the rest.
_VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + SIMULATED.encode()
_PAGE = f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Video ID</title>
<h1>Video ID</h1>
<p>{SIMULATED}</p>
"""
_INPUTS = "".join(
    f'<p><label>{name} <input name="{name}" value="{value}"></label></p>\n'
    for name, value in _PERSON.items()
)
_FORMS = f"""{_PAGE}<form method="post">
{_INPUTS}<button name="outcome" value="finish">Finish the identification</button>
</form>
<form method="post">
<button name="outcome" value="fail">Fail the identification</button>
</form>
"""
_OVER = f"{_PAGE}<p>Thank you. You may close this page.</p>\n"


def link_to(request: web.Request, record: VideoIdRecord) -> str:
    """Return the link to a page on the host that a request came to, if there is one."""
    if record.external:
        return ""
    return str(request.url.origin() / "identification" / record.key)


async def show(request: web.Request) -> web.Response:
    """Answer with two forms while the identification is to be done."""
    pending = _record_of(request).request.status == RequestStatus.VIDEOPENDING
    return _page(_FORMS if pending else _OVER)


async def end(request: web.Request) -> web.Response:
    """Take what the person decided, which can be done once."""
    record = _record_of(request)
    fields = (await read_form(request)).fields
    if record.request.status != RequestStatus.VIDEOPENDING:
        raise web.HTTPGone
    match fields.get("outcome"):
        case "finish":
            _finish(request, record, fields)
        case "fail":
            _fail(request, record)
        case _:
            raise refusals.invalid_value("body", "outcome", reason="finish or fail")
    return _page(_OVER)


def _finish(
    request: web.Request, record: VideoIdRecord, fields: dict[str, str]
) -> None:
    optimizer = optimizer_of(request)
    person = {name: fields.get(name, default) for name, default in _PERSON.items()}
    images = dict.fromkeys(_IMAGES, SIMULATED)
    found = {"images": images, "ocr_data": person}
    optimizer.videoids.add_evidences(record, {"acceptance": {}, "videoid_data": found})
    optimizer.videoids.add_video(record, _VIDEO)
    optimizer.take_evidence(record)


def _fail(request: web.Request, record: VideoIdRecord) -> None:
    optimizer = optimizer_of(request)
    optimizer.videoids.fail(record)
    optimizer.announce(record.request)


def _record_of(request: web.Request) -> VideoIdRecord:
    return optimizer_of(request).videoids.linked(request.match_info["key"])


def _page(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


PAGES = (web.get(_PATH, show), web.post(_PATH, end))
