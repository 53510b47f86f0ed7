"""The operations of the Requests tag."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from oneshot_async.models.signatures import DeliveryMethod
from oneshot_async.simulator import refusals
from oneshot_async.simulator.application import applicant_of, check_application
from oneshot_async.simulator.payloads import (
    request_payload,
    secrets_payload,
    updated_payload,
)
from oneshot_async.simulator.records import RequestRecord

from .context import optimizer_of, pk_of, read_form, read_json, record_of
from .identification import link_to

_UPDATABLE = (
    "given_name",
    "surname_1",
    "surname_2",
    "birth_date",
    "email",
    "mobile_phone_number",
    "serial_number",
    "registration_authority",
    "profile",
    "country_name",
)
_REQUIRED_FOR_UPDATE = (
    "scratchcard",
    "email",
    "registration_authority",
    "profile",
    "country_name",
)


async def create(request: web.Request) -> web.Response:
    """Answer `POST /create`."""
    optimizer = optimizer_of(request)
    form = await read_form(request)
    check_application(
        form.fields,
        files=form.files,
        tokens=optimizer.tokens,
        images_required=optimizer.faults.images_required,
    )
    record = await optimizer.create(
        applicant_of(form.fields),
        callback=form.fields.get("callback") or None,
        later=form.fields.get("useasync", "").lower() in {"true", "1"},
    )
    return web.json_response(_created(record))


async def get(request: web.Request) -> web.Response:
    """Answer `GET /request/{pk}`, which has no envelope."""
    record = record_of(request, refusals.request_not_found())
    return web.json_response(
        {"secrets": secrets_payload(record), "request": request_payload(record)}
    )


async def update(request: web.Request) -> web.Response:
    """Answer `PUT /request/{pk}`, which has no envelope either."""
    optimizer = optimizer_of(request)
    record = record_of(request, refusals.request_gone(pk_of(request)))
    body = await read_json(request)
    _check_update(record, body)
    given = {name: body.get(name) for name in _UPDATABLE}
    changes = {name: str(value) for name, value in given.items() if value is not None}
    optimizer.machine.change(record, changes)
    videoid = optimizer.videoids.about(record)
    link = link_to(request, videoid) if videoid else ""
    return web.json_response(updated_payload(record, videoid, link))


async def delete(request: web.Request) -> web.Response:
    """Answer `DELETE /request/{pk}`, which cancels."""
    record = record_of(request, refusals.request_gone(pk_of(request)))
    optimizer_of(request).cancel(record)
    return web.json_response(
        {"status": "success", "message": f"Request {record.pk} deleted"}
    )


async def contract(request: web.Request) -> web.Response:
    """Answer `GET /contract/{pk}`."""
    record = record_of(request, refusals.no_contract(pk_of(request)))
    paper = await optimizer_of(request).contract(record)
    return web.Response(body=paper, content_type="application/pdf")


async def otp(request: web.Request) -> web.Response:
    """Answer `POST /otp/{pk}`."""
    record = record_of(request, refusals.no_otp_target(pk_of(request)))
    method = _delivery_method(await read_json(request))
    optimizer_of(request).send_code(record, method)
    target = f"***{record.applicant.mobile_phone_number[-2:]}"
    return web.json_response(
        {"status": "success", "detail": f"OTP successfully sent to {target}"}
    )


async def sign(request: web.Request) -> web.Response:
    """Answer `POST /sign/{pk}`."""
    record = record_of(request, refusals.nothing_to_sign(pk_of(request)))
    await optimizer_of(request).sign(record, await read_json(request))
    return web.json_response(_signed(record))


def _delivery_method(body: Mapping[str, Any]) -> DeliveryMethod:
    try:
        return DeliveryMethod(body.get("delivery_method", DeliveryMethod.SMS))
    except ValueError:
        raise refusals.invalid_value(
            "body", "delivery_method", reason="Input should be 'sms' or 'whatsapp'"
        ) from None


def _created(record: RequestRecord) -> dict[str, Any]:
    details = {
        "status": "CREATED",
        "asyncmode": record.asynchronous,
        "pk": str(record.pk),
    }
    message = f"Request created with pk {record.pk}"
    return {"status": "success", "message": message, "details": details}


def _signed(record: RequestRecord) -> dict[str, Any]:
    message = f"Signature process for Request {record.pk} completed"
    if record.asynchronous:
        message = "Your documents are going to be signed"
    detail: dict[str, Any] = {"request": record.pk, "documents": {}}
    return {"status": "success", "message": message, "detail": detail}


def _check_update(record: RequestRecord, body: Mapping[str, Any]) -> None:
    for name in _REQUIRED_FOR_UPDATE:
        if not body.get(name):
            raise refusals.missing_required(name)
    if str(body["scratchcard"]) != record.scratchcard:
        raise refusals.wrong_scratchcard(record.pk)


ROUTES = (
    web.post("/create", create),
    web.get("/request/{pk:[0-9]+}", get),
    web.put("/request/{pk:[0-9]+}", update),
    web.delete("/request/{pk:[0-9]+}", delete),
    web.get("/contract/{pk:[0-9]+}", contract),
    web.post("/otp/{pk:[0-9]+}", otp),
    web.post("/sign/{pk:[0-9]+}", sign),
)
