"""The pieces of which the descriptions of bodies are made."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


def text(description: str = "", **keywords: Any) -> Schema:
    """Describe a text."""
    return _said({"type": "string", **keywords}, description)


def choice(*values: str, description: str = "", **keywords: Any) -> Schema:
    """Describe a text that is one of a few."""
    return text(description, enum=[str(value) for value in values], **keywords)


def word(value: str) -> Schema:
    """Describe a text that never changes."""
    return {"const": value}


def whole(description: str = "", **keywords: Any) -> Schema:
    """Describe a whole number."""
    return _said({"type": "integer", **keywords}, description)


def flag(description: str = "") -> Schema:
    """Describe a yes or no."""
    return _said({"type": "boolean"}, description)


def listed(items: Schema, description: str = "", **keywords: Any) -> Schema:
    """Describe a list."""
    return _said({"type": "array", "items": items, **keywords}, description)


def mapped(values: Schema, description: str = "") -> Schema:
    """Describe an object whose keys are uids, or other names that are not fixed."""
    return _said({"type": "object", "additionalProperties": values}, description)


def sent(
    required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None
) -> Schema:
    """Describe an object that a caller sends; what it holds beside is ignored."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def answered(properties: Mapping[str, Schema], **keywords: Any) -> Schema:
    """Describe an object that an answer holds, with these keys and no others."""
    closed = {"additionalProperties": False, **keywords}
    return {**sent(properties), **closed}


def succeeded(message: str | None = None, **more: Schema) -> Schema:
    """Describe the envelope of a success; not every one of them has a message."""
    said = {} if message is None else {"message": text(examples=[message])}
    return answered({"status": word("success"), **said, **more})


def nullable(schema: Schema) -> Schema:
    """Describe what may be null as well."""
    return {**schema, "type": [schema["type"], "null"]}


def either(*schemas: Schema) -> Schema:
    """Describe what has one of several forms."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def named(component: str) -> Schema:
    """Refer to a schema among the document's components."""
    return {"$ref": f"#/components/schemas/{component}"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema
