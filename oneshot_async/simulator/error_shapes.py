"""The forms that an error answer may take."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import attrs

from .faults import ErrorShape
from .refusals import RefusedError

_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n"
    "<center><h1>{0}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>"
)


@attrs.frozen
class ErrorAnswer:
    """What a refusal looks like on the wire: JSON, or a page in place of it."""

    status: int
    body: Mapping[str, Any] | str


def error_answer(refusal: RefusedError, shape: ErrorShape) -> ErrorAnswer:
    """Put a refusal into one of the documented forms."""
    return _SHAPES[shape](refusal)


def error_page(status: HTTPStatus) -> ErrorAnswer:
    """Return the page that the proxy in front of the service shows."""
    return ErrorAnswer(status, _PAGE.format(f"{status.value} {status.phrase}"))


def _new_detail(refusal: RefusedError) -> ErrorAnswer:
    plain = isinstance(refusal.details, str)
    body = {
        "status": "error",
        "message": refusal.details if plain else HTTPStatus(refusal.status).phrase,
        "detail": {"code": refusal.status} if plain else refusal.details,
    }
    return ErrorAnswer(refusal.status, body)


def _old_details(refusal: RefusedError) -> ErrorAnswer:
    status = f"{refusal.status} {HTTPStatus(refusal.status).phrase}"
    body = {"status": status, "details": refusal.details}
    return ErrorAnswer(refusal.old_status, body)


def _fastapi(refusal: RefusedError) -> ErrorAnswer:
    return ErrorAnswer(refusal.status, {"detail": refusal.details})


def _error_code(refusal: RefusedError) -> ErrorAnswer:
    body = {"error_code": refusal.status, "detail": refusal.details}
    return ErrorAnswer(HTTPStatus.UNPROCESSABLE_ENTITY, body)


def _html(_: RefusedError) -> ErrorAnswer:
    return error_page(HTTPStatus.BAD_GATEWAY)


_Shaping: TypeAlias = Callable[[RefusedError], ErrorAnswer]

_SHAPES: Mapping[ErrorShape, _Shaping] = {
    ErrorShape.NEW_DETAIL: _new_detail,
    ErrorShape.OLD_DETAILS: _old_details,
    ErrorShape.FASTAPI: _fastapi,
    ErrorShape.ERROR_CODE: _error_code,
    ErrorShape.HTML: _html,
}
