"""What a caller may send: JSON, or a form with files in it."""

from collections.abc import Mapping
from typing import Any

import attrs

from oneshot_async.simulator import refusals
from oneshot_async.simulator.refusals import RefusedError

from .schemas import Schema, sent

JSON = "application/json"
FORM = "multipart/form-data"

_NO_JSON = refusals.unreadable_json("Expecting value: line 1 column 1 (char 0)")
_NO_OBJECT = refusals.invalid_value("body", reason="value is not a valid dict")
_NO_FORM = refusals.invalid_value("body", reason="malformed form")


@attrs.frozen(kw_only=True)
class Body:
    """The body of a call.

    Attributes:
        encoding: The content types of the files in a form, by the names of the parts.
        refusals: What a body is refused with that is not even of its type.
    """

    media_type: str
    schema: Schema
    required: bool = True
    example: Mapping[str, Any] | None = None
    encoding: Mapping[str, str] = attrs.field(factory=dict[str, str])
    refusals: tuple[RefusedError, ...]

    def described(self) -> dict[str, Any]:
        """Return the Request Body Object of OpenAPI."""
        content: dict[str, Any] = {"schema": self.schema}
        if self.example is not None:
            content["example"] = dict(self.example)
        if self.encoding:
            content["encoding"] = {
                name: {"contentType": kind} for name, kind in self.encoding.items()
            }
        return {"required": self.required, "content": {self.media_type: content}}


def json_body(
    schema: Schema, *, example: Mapping[str, Any] | None = None, required: bool = True
) -> Body:
    """Describe a body of JSON."""
    return Body(
        media_type=JSON,
        schema=schema,
        required=required,
        example=example,
        refusals=(_NO_JSON, _NO_OBJECT),
    )


def form_body(
    *,
    files: Mapping[str, str],
    required: Mapping[str, Schema] | None = None,
    optional: Mapping[str, Schema] | None = None,
    needed: str | None = None,
    example: Mapping[str, Any] | None = None,
) -> Body:
    """Describe a form.

    Args:
        files: The content types of its files, by the names of their parts.
        required: The fields that it must have.
        optional: The fields that it may have.
        needed: The file that it must have.
        example: Some fields that are accepted.
    """
    parts = {name: _file(kind) for name, kind in files.items()}
    needs = {name: parts.pop(name) for name in [needed] if name is not None}
    return Body(
        media_type=FORM,
        schema=sent({**(required or {}), **needs}, {**(optional or {}), **parts}),
        example=example,
        encoding=files,
        refusals=(_NO_FORM,),
    )


def _file(kind: str) -> Schema:
    return {"type": "string", "format": "binary", "description": f"A file: {kind}."}
