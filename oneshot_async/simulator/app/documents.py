"""The operations of the Documents tag."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from oneshot_async.models.documents import DocumentType
from oneshot_async.simulator import refusals
from oneshot_async.simulator.faults import Faults
from oneshot_async.simulator.hashes import HashDocument
from oneshot_async.simulator.records import Document, RequestRecord

from .context import Form, Upload, optimizer_of, pk_of, read_form, record_of, uid_of


async def upload(request: web.Request) -> web.Response:
    """Answer `POST /document/{pk}`: an object for one file, a list for several."""
    record = record_of(request, refusals.no_upload_target(pk_of(request)))
    documents = _documents(await read_form(request))
    optimizer = optimizer_of(request)
    optimizer.machine.add_documents(record, documents)
    detail = _uploaded(documents, optimizer.faults)
    return web.json_response({"status": "success", "detail": detail})


async def get(request: web.Request) -> web.Response:
    """Answer `GET /document/{pk}/{uid}`."""
    optimizer = optimizer_of(request)
    default = optimizer.faults.document_type_default
    wanted = _document_type(request.query.get("document_type") or default)
    content = optimizer.machine.content(
        _record(request), uid_of(request), signed=wanted is DocumentType.SIGNED
    )
    return web.Response(body=content, content_type=content_type_of(content))


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /document/{pk}/{uid}`."""
    machine = optimizer_of(request).machine
    machine.remove_document(_record(request), uid_of(request))
    return web.json_response(
        {"status": "success", "message": "Document successfully deleted"}
    )


async def delete_all(request: web.Request) -> web.Response:
    """Answer `DELETE /document/{pk}`."""
    record = _record(request)
    optimizer_of(request).machine.remove_documents(record)
    message = f"Documents deleted for Request {record.pk}"
    return web.json_response({"status": "success", "message": message})


def _record(request: web.Request) -> RequestRecord:
    return record_of(request, refusals.document_not_found())


def _documents(form: Form) -> list[Document]:
    if not form.files:
        raise refusals.missing_required("file")
    return [_document(file) for file in form.files.values()]


def _document(file: Upload) -> Document:
    hashed = None
    if file.name.startswith("hashfile"):
        hashed = HashDocument.from_wire(file.content)
    elif not file.content.startswith(b"%PDF"):
        raise refusals.unsupported_file(file.content_type)
    return Document(
        name=file.name, filename=file.filename, original=file.content, hashed=hashed
    )


def content_type_of(content: bytes) -> str:
    """Tell a PDF, a hash file and a CMS signature from each other."""
    match content[:1]:
        case b"%":
            return "application/pdf"
        case b"{":
            return "application/json"
        case _:
            return "application/pkcs7-mime"


def _uploaded(
    documents: Sequence[Document], faults: Faults
) -> list[dict[str, Any]] | dict[str, Any]:
    code = {"errorCode": 0, "errorMessage": ""}
    said = code if faults.strikes(faults.uploads_coded) else {}
    listed = [{"name": each.name, "uid": each.uid, **said} for each in documents]
    if faults.strikes(faults.uploads_shuffled):
        listed.reverse()
    return listed[0] if len(listed) == 1 else listed


def _document_type(text: str) -> DocumentType:
    try:
        return DocumentType(text)
    except ValueError as error:
        raise refusals.invalid_value(
            "query", "document_type", reason="Input should be 'signed' or 'original'"
        ) from error


ROUTES = (
    web.post("/document/{pk:[0-9]+}", upload),
    web.get("/document/{pk:[0-9]+}/{uid}", get),
    web.delete("/document/{pk:[0-9]+}/{uid}", delete),
    web.delete("/document/{pk:[0-9]+}", delete_all),
)
