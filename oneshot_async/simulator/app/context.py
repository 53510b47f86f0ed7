"""What a handler gets from its request: the service, and the body as data."""

import json
from typing import Any, cast

import attrs
from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from oneshot_async.simulator import refusals
from oneshot_async.simulator.optimizer import Optimizer
from oneshot_async.simulator.records import RequestRecord
from oneshot_async.simulator.refusals import RefusedError

OPTIMIZER = web.AppKey("OPTIMIZER", Optimizer)
# What aiohttp meets malformed forms with: among them unknown charsets and encodings.
_MALFORMED = (HttpProcessingError, LookupError, RuntimeError, ValueError)


@attrs.frozen(kw_only=True)
class Upload:
    """A file in a form."""

    name: str
    filename: str = attrs.field(repr=False)
    content_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Form:
    """The fields and the files of a form."""

    fields: dict[str, str] = attrs.field(factory=dict[str, str], repr=False)
    files: dict[str, Upload] = attrs.field(factory=dict[str, Upload])


def optimizer_of(request: web.Request) -> Optimizer:
    """Return the service that the application is the face of."""
    return request.app[OPTIMIZER]


def pk_of(request: web.Request) -> int:
    """Return the number in the path."""
    try:
        return int(request.match_info["pk"])
    except ValueError:  # more digits than Python turns into a number
        raise web.HTTPNotFound from None


def uid_of(request: web.Request) -> str:
    """Return the uid in the path."""
    return request.match_info["uid"]


def record_of(request: web.Request, missing: RefusedError) -> RequestRecord:
    """Return the request that the path names, or refuse."""
    return optimizer_of(request).machine.find(pk_of(request), missing)


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in the body; an empty body counts as an empty one."""
    content = await request.read()
    try:
        body: object = json.loads(content) if content else {}
    except (ValueError, RecursionError) as error:
        raise refusals.unreadable_json(str(error)) from error
    if not isinstance(body, dict):
        raise refusals.invalid_value("body", reason="value is not a valid dict")
    return cast("dict[str, Any]", body)


async def read_form(request: web.Request) -> Form:
    """Return the form in the body, whichever of the two ways it is encoded."""
    try:
        if request.content_type.startswith("multipart/"):
            return await _read_parts(await request.multipart())
        fields = await request.post()
    except _MALFORMED as error:
        raise refusals.invalid_value("body", reason="malformed form") from error
    return Form({name: str(value) for name, value in fields.items()})


async def _read_parts(reader: MultipartReader) -> Form:
    form = Form()
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader):
            await _read_part(part, form)
    return form


async def _read_part(part: BodyPartReader, form: Form) -> None:
    name = part.name or ""
    content = bytes(await part.read(decode=True))
    if part.filename is None:
        form.fields[name] = content.decode(errors="replace")
    else:
        kind = part.headers.get("Content-Type", "unknown")
        form.files[name] = Upload(
            name=name, filename=part.filename, content_type=kind, content=content
        )
