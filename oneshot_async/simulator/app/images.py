"""The operations of the Images tag."""

from aiohttp import web

from oneshot_async.simulator import refusals

from .context import Upload, optimizer_of, read_form, uid_of

_PNG = b"\x89PNG\r\n\x1a\n"


async def upload(request: web.Request) -> web.Response:
    """Answer `POST /image`."""
    form = await read_form(request)
    if "image" not in form.files:
        raise refusals.missing_required("image")
    uid = optimizer_of(request).add_image(_png(form.files["image"]))
    message = f"Image uploaded with uid '{uid}'"
    details = {"image_uid": uid}
    return web.json_response(
        {"status": "success", "message": message, "details": details}
    )


async def get(request: web.Request) -> web.Response:
    """Answer `GET /image/{uid}`."""
    return web.Response(body=_image(request), content_type="image/png")


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /image/{uid}`."""
    _image(request)
    del optimizer_of(request).images[uid_of(request)]
    return web.json_response({"status": "success", "message": "Image deleted"})


def _image(request: web.Request) -> bytes:
    images = optimizer_of(request).images
    if uid_of(request) not in images:
        raise refusals.image_not_found(uid_of(request))
    return images[uid_of(request)]


def _png(file: Upload) -> bytes:
    if not file.content.startswith(_PNG):
        raise refusals.unsupported_image(file.content_type)
    return file.content


ROUTES = (
    web.post("/image", upload),
    web.get("/image/{uid}", get),
    web.delete("/image/{uid}", delete),
)
