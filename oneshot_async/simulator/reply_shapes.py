"""The forms that the answer to something paid for may take."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .faults import ReplyShape

Body: TypeAlias = Mapping[str, Any]
_ENVELOPES = ("details", "detail")


def reply(body: Body, shape: ReplyShape) -> Body | str:
    """Put an answer into one of the forms: JSON, or a text in place of it."""
    return _SHAPES[shape](body)


def _documented(body: Body) -> Body:
    return body


def _empty(_: Body) -> str:
    return ""


def _text(_: Body) -> str:
    return "Your documents are on their way"


def _bare(body: Body) -> Body:
    return {key: body[key] for key in body if key not in _ENVELOPES}


def _nulls(body: Body) -> Body:
    known = {key: _numbers(body[key]) for key in body if key in _ENVELOPES}
    return {**body, **known}


def _numbers(details: Body) -> Body:
    numbers = (key for key in details if str(details[key]).isdecimal())
    return dict.fromkeys(details) | {key: details[key] for key in numbers}


_SHAPES: Mapping[ReplyShape, Callable[[Body], Body | str]] = {
    ReplyShape.DOCUMENTED: _documented,
    ReplyShape.EMPTY: _empty,
    ReplyShape.TEXT: _text,
    ReplyShape.BARE: _bare,
    ReplyShape.NULLS: _nulls,
}
