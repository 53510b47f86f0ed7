"""The operations of the Video ID tag."""

from typing import Any

from aiohttp import web

from oneshot_async.simulator import videoid_refusals
from oneshot_async.simulator.records import VideoIdRecord
from oneshot_async.simulator.videoid import check_creation, check_officer

from .context import optimizer_of, pk_of, read_form, read_json
from .identification import link_to


async def create(request: web.Request) -> web.Response:
    """Answer `POST /videoid`, with the misspelt key that is documented."""
    optimizer = optimizer_of(request)
    fields = _texts(await read_json(request))
    check_creation(fields, optimizer.tokens)
    record = optimizer.videoids.create(fields)
    optimizer.announce(record.request)
    detail = {
        "videoid_pk": record.pk,
        "request_pk": record.request.pk,
        "videoid_link": link_to(request, record),
    }
    message = f"VideoID created with pk {record.pk}"
    return web.json_response(
        {"status": "success", "messsage": message, "detail": detail}
    )


async def upload_evidences(request: web.Request) -> web.Response:
    """Answer `POST /videoid/{pk}/evidences`."""
    optimizer, record = optimizer_of(request), _record_of(request)
    optimizer.videoids.add_evidences(record, await read_json(request))
    optimizer.take_evidence(record)
    return _done("Videoid evidences uploaded")


async def upload_video(request: web.Request) -> web.Response:
    """Answer `POST /videoid/{pk}/video`."""
    optimizer, record = optimizer_of(request), _record_of(request)
    form = await read_form(request)
    if "video" not in form.files:
        raise videoid_refusals.missing_parameters()
    optimizer.videoids.add_video(record, form.files["video"].content)
    optimizer.take_evidence(record)
    return _done("Videoid video upload completed")


async def download_video(request: web.Request) -> web.Response:
    """Answer `GET /videoid/{pk}/download/video`."""
    video = _record_of(request).video
    if video is None:
        raise videoid_refusals.no_video()
    return web.Response(body=video, content_type="video/mp4")


async def approve(request: web.Request) -> web.Response:
    """Answer `POST /videoid/{pk}/approve`."""
    optimizer, record = optimizer_of(request), _record_of(request)
    check_officer(_texts(await read_json(request)), optimizer.tokens)
    ready = optimizer.videoids.approve(record)
    optimizer.announce(record.request)
    return _done("Request approved successfully" if ready else "Videoid validated")


async def refuse(request: web.Request) -> web.Response:
    """Answer `POST /videoid/{pk}/refuse`."""
    optimizer, record = optimizer_of(request), _record_of(request)
    fields = _texts(await read_json(request))
    check_officer(fields, optimizer.tokens)
    optimizer.videoids.refuse(record, fields.get("reason", "").strip())
    optimizer.announce(record.request)
    return _done("Videoid refuse completed")


def _record_of(request: web.Request) -> VideoIdRecord:
    return optimizer_of(request).videoids.find(pk_of(request))


def _texts(body: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in body.items() if value is not None}


def _done(message: str) -> web.Response:
    return web.json_response({"status": "success", "message": message})


ROUTES = (
    web.post("/videoid", create),
    web.post("/videoid/{pk:[0-9]+}/evidences", upload_evidences),
    web.post("/videoid/{pk:[0-9]+}/video", upload_video),
    web.get("/videoid/{pk:[0-9]+}/download/video", download_video),
    web.post("/videoid/{pk:[0-9]+}/approve", approve),
    web.post("/videoid/{pk:[0-9]+}/refuse", refuse),
)
