"""The operations of the Images tag."""

from aiohttp import web

from oneshot_async.simulator import refusals
from oneshot_async.simulator.images import StoredImage, check_png

from .context import optimizer_of, read_form, uid_of


async def upload(request: web.Request) -> web.Response:
    """Answer `POST /image`."""
    form = await read_form(request)
    if "image" not in form.files:
        raise refusals.missing_required("image")
    file = form.files["image"]
    check_png(file.content, file.content_type)
    uid = optimizer_of(request).add_image(file.content, file.filename)
    message = f"Image uploaded with uid '{uid}'"
    details = {"image_uid": uid}
    return web.json_response(
        {"status": "success", "message": message, "details": details}
    )


async def get(request: web.Request) -> web.Response:
    """Answer `GET /image/{uid}`."""
    return web.Response(body=_image(request).content, content_type="image/png")


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /image/{uid}`."""
    _image(request)
    del optimizer_of(request).images[uid_of(request)]
    return web.json_response({"status": "success", "message": "Image deleted"})


async def list_all(request: web.Request) -> web.Response:
    """Answer `GET /images`."""
    images = optimizer_of(request).images
    details = {uid: image.payload() for uid, image in images.items()}
    return web.json_response({"status": "success", "details": details})


async def delete_all(request: web.Request) -> web.Response:
    """Answer `DELETE /images`."""
    optimizer_of(request).images.clear()
    return web.json_response(
        {"status": "success", "message": "Images deleted successfully"}
    )


def _image(request: web.Request) -> StoredImage:
    images = optimizer_of(request).images
    if uid_of(request) not in images:
        raise refusals.image_not_found(uid_of(request))
    return images[uid_of(request)]


ROUTES = (
    web.post("/image", upload),
    web.get("/image/{uid}", get),
    web.delete("/image/{uid}", delete),
    web.get("/images", list_all),
    web.delete("/images", delete_all),
)
