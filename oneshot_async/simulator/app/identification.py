"""The page behind a Video ID's link, on which a person identifies, or fails to."""

from aiohttp import web

from oneshot_async.models.requests import RequestStatus
from oneshot_async.simulator.pki import SIMULATED
from oneshot_async.simulator.records import VideoIdRecord

from .context import optimizer_of, read_form
from .pages import for_people, page

_PATH = "/identification/{key}"
_PERSON = {
    "given_name": "Simulated",
    "surname_1": "Person",
    "surname_2": "",
    "serial_number": "0000000T",
    "id_document_type": "IDC",
    "id_document_country": "ES",
}
_LABELS = {
    "given_name": "Given name",
    "surname_1": "First surname",
    "surname_2": "Second surname",
    "serial_number": "Document number",
    "id_document_type": "Document type",
    "id_document_country": "Document country",
}
_IMAGES = ("document_front", "document_rear", "document_photo", "document_owner")
# The beginning that tells an mp4 file; nobody can look at the rest.
_VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + SIMULATED.encode()


def link_to(request: web.Request, record: VideoIdRecord) -> str:
    """Return the link to a page on the host that a request came to, if there is one."""
    if record.external:
        return ""
    return str(request.url.origin() / "identification" / record.key)


@for_people
async def show(request: web.Request) -> web.Response:
    """Answer with a form while the identification is to be done."""
    if _record_of(request).request.status != RequestStatus.VIDEOPENDING:
        return page("identified.html", {})
    person = [(name, _LABELS[name], value) for name, value in _PERSON.items()]
    return page("identification.html", {"person": person})


@for_people
async def end(request: web.Request) -> web.Response:
    """Take what the person decided, which can be done once."""
    record = _record_of(request)
    fields = (await read_form(request)).fields
    if record.request.status != RequestStatus.VIDEOPENDING:
        raise web.HTTPGone(text="This identification is over.")
    match fields.get("outcome"):
        case "finish":
            _finish(request, record, fields)
        case "fail":
            _fail(request, record)
        case _:
            raise web.HTTPUnprocessableEntity(text="outcome: finish or fail.")
    return page("identified.html", {})


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


PAGES = (web.get(_PATH, show), web.post(_PATH, end))
