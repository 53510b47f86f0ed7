"""A schema as the rows of a table, each with a name, a type and what is said."""

from collections.abc import Iterator

import attrs

from .schemas import Schema


@attrs.frozen
class Row:
    """One key of a body, under its dotted name."""

    name: str
    kind: str
    required: bool
    said: str


def rows_of(schema: Schema, components: dict[str, Schema]) -> Iterator[Row]:
    """Yield a row for each key of a schema, and of the objects inside it."""
    yield from _keys(_resolved(schema, components), "", components)


def _keys(schema: Schema, prefix: str, components: dict[str, Schema]) -> Iterator[Row]:
    required = schema.get("required", ())
    for name, referred in schema.get("properties", {}).items():
        inner = _resolved(referred, components)
        yield Row(prefix + name, _kind(inner), name in required, _said(inner))
        yield from _keys(inner, f"{prefix}{name}.", components)
    for marker, inner in _inside(schema):
        yield from _keys(_resolved(inner, components), prefix + marker, components)


def _inside(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield what a list or a map holds, and the forms that a value may have."""
    if "items" in schema:
        yield "[].", schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        yield "*.", schema["additionalProperties"]
    for form in schema.get("anyOf", ()):
        yield "", form


def _resolved(schema: Schema, components: dict[str, Schema]) -> Schema:
    if "$ref" in schema:
        return components[schema["$ref"].rpartition("/")[2]]
    return schema


def _kind(schema: Schema) -> str:
    if "const" in schema:
        return repr(schema["const"])
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "anyOf" in schema:
        return " | ".join(map(_kind, schema["anyOf"]))
    if schema.get("format") == "binary":
        return "file"
    given = schema.get("type", "object")
    return given if isinstance(given, str) else " | ".join(given)


def _said(schema: Schema) -> str:
    if "default" in schema:
        return f"{schema.get('description', '')} Default: {schema['default']}.".strip()
    return str(schema.get("description", ""))
