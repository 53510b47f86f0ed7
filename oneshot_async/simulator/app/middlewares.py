"""What every call passes through: counting, faults, refusals."""

import json
import logging
from http import HTTPStatus
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from oneshot_async.simulator.error_shapes import ErrorAnswer, error_answer, error_page
from oneshot_async.simulator.faults import Faults
from oneshot_async.simulator.journal import Journal
from oneshot_async.simulator.refusals import RefusedError
from oneshot_async.simulator.reply_shapes import reply

_log = logging.getLogger("oneshot_async.simulator")

BASE = "/oneshot/api/v1"
DOUBLED = "/api/v1"
"""What stands twice in some paths of the documentation."""

PAID = frozenset(
    {("POST", "/create"), ("POST", "/sign/{pk}"), ("POST", "/videoid")},
)
"""The calls that somebody is charged for."""

Calls: TypeAlias = Journal[tuple[str, str]]


def counting(calls: Calls) -> Middleware:
    """Note the method and the path pattern of every call, and log its outcome."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        call = (request.method, pattern_of(request))
        calls.append(call)
        answer = await handler(request)
        # The pattern, for a path may hold a token.
        _log.info("%s %s: %d", *call, answer.status)
        return answer

    return count


def disturbing(faults: Faults) -> Middleware:
    """Be unavailable, or lose or spoil the answer after the work is done."""

    @web.middleware
    async def disturb(request: web.Request, handler: Handler) -> web.StreamResponse:
        if faults.strikes(faults.unavailable):
            return _response(error_page(HTTPStatus.SERVICE_UNAVAILABLE))
        answer = await handler(request)
        if faults.strikes(faults.answer_lost) and request.transport is not None:
            request.transport.abort()
        if faults.strikes(faults.crashed):
            return web.Response(status=500, text="Internal Server Error")
        return answer

    return disturb


def shaping(faults: Faults) -> Middleware:
    """Answer what is paid for in the form that is switched on."""

    @web.middleware
    async def shape(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        paid = (request.method, pattern_of(request)) in PAID
        if paid and answer.status == HTTPStatus.OK and isinstance(answer, web.Response):
            body = reply(json.loads(answer.text or "{}"), faults.reply_shape)
            return _response(ErrorAnswer(HTTPStatus.OK, body))
        return answer

    return shape


def refusing(faults: Faults) -> Middleware:
    """Answer refusals in the form of error that is switched on."""

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except RefusedError as refusal:
            return _response(error_answer(refusal, faults.error_shape))
        except web.HTTPClientError as error:
            return _plain_refusal(error)

    return refuse


def pattern_of(request: web.Request) -> str:
    """Return the path with names in place of ids, in its simplest spelling."""
    resource = request.match_info.route.resource
    if resource is None:
        return "unknown"
    path = resource.canonical.rstrip("/")
    return path.removeprefix(BASE).removeprefix(DOUBLED)


def _plain_refusal(error: web.HTTPClientError) -> web.Response:
    body = {"detail": HTTPStatus(error.status).phrase}
    answer = _response(ErrorAnswer(error.status, body))
    if isinstance(error, web.HTTPMethodNotAllowed):
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def _response(answer: ErrorAnswer) -> web.Response:
    if isinstance(answer.body, str):
        return web.Response(
            status=answer.status, text=answer.body, content_type="text/html"
        )
    return web.json_response(answer.body, status=answer.status)
