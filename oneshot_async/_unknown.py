"""Operations that have no method here: the same calls, made from their names."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._complaints import inside
from ._json import is_object
from ._wire import Answer, Call, Operation, acknowledged
from .errors import InvalidInputError
from .models.files import File
from .models.replies import Reply

_NAME = re.compile(r"(GET|PUT|POST|PATCH|DELETE) (/[\w-]+|/\{\w+\})+", re.ASCII)


def call_of(
    name: str,
    ids: tuple[object, ...],
    *,
    query: Mapping[str, str] | None,
    json: Mapping[str, Any] | None,
    form: Mapping[str, str | File] | None,
    to: str | os.PathLike[str] | None,
) -> Call:
    """Make the call of an operation that is named as the reference names it."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            "operation must be a method and a path, as in 'GET /request/{request_pk}'"
        )
    if name.count("{") != len(ids):
        raise InvalidInputError(
            f"{name}: give {name.count('{')} ids for its path, not {len(ids)}"
        )
    if json is not None and form is not None:
        raise InvalidInputError(f"{name}: give json or form, not both")
    long = form is not None or to is not None
    operation = Operation(name, patience="idle" if long else "sign")
    return Call(
        operation=operation,
        path=operation.path(*ids),
        query=dict(query or {}),
        json=None if json is None else dict(json),
        form=None if form is None else dict(form),
        save_to=None if to is None else Path(to),
    )


def reply_of(answer: Answer) -> Reply:
    """Return what was answered, unless it is a refusal."""
    body = acknowledged(answer)
    return Reply(
        status=answer.status,
        content=answer.body,
        details=inside(body) if is_object(body) else body,
    )
