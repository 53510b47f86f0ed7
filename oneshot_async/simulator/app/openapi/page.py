"""The OpenAPI document as one page to read, without scripts and outside help."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from .rows import Row, rows_of
from .schemas import Schema

_CODE = re.compile("`([^`]+)`")


def values_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what the template of the page is filled in with."""
    info = document["info"]
    base = f"<p>Below <code>{escape(document['servers'][0]['url'])}</code>:</p>\n"
    content = "".join([_paragraphs(info["description"]), base, *_tags(document)])
    return {"title": info["title"], "content": content}


def _tags(document: Mapping[str, Any]) -> Iterator[str]:
    components = document["components"]["schemas"]
    for tag in (tag["name"] for tag in document["tags"]):
        yield f"<section>\n<h2>{escape(tag)}</h2>\n"
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if tag in operation["tags"]:
                    yield f"<article>\n<h3>{method.upper()} {escape(path)}</h3>\n"
                    yield from _operation(operation, components)
                    yield "</article>\n"
        yield "</section>\n"


def _operation(
    operation: Mapping[str, Any], components: dict[str, Schema]
) -> Iterator[str]:
    yield f"<p><b>{_prose(operation['summary'])}</b></p>\n"
    yield _paragraphs(operation.get("description", ""))
    yield _parameters(operation.get("parameters", ()), components)
    if "requestBody" in operation:
        yield _content("Sent", operation["requestBody"]["content"], components)
    for status, answer in operation["responses"].items():
        title = f"{status} {answer['description']}"
        yield _content(title, answer["content"], components)


def _parameters(
    parameters: Iterable[Mapping[str, Any]], components: dict[str, Schema]
) -> str:
    schema = {
        "properties": {each["name"]: each["schema"] for each in parameters},
        "required": [each["name"] for each in parameters if each.get("required")],
    }
    return _table(rows_of(schema, components))


def _content(
    title: str, content: Mapping[str, Mapping[str, Any]], components: dict[str, Schema]
) -> str:
    parts = [f"<details>\n<summary>{_prose(title)}: {' or '.join(content)}</summary>\n"]
    for media in content.values():
        parts += _examples(media) or [_table(rows_of(media["schema"], components))]
    return "".join([*parts, "</details>\n"])


def _examples(media: Mapping[str, Any]) -> list[str]:
    """List what a refusal says, which tells more than its schema."""
    return [f"<p>{_prose(said)}</p>\n" for said in media.get("examples", ())]


def _table(rows: Iterable[Row]) -> str:
    lines = "".join(map(_line, rows))
    return f"<table>\n{lines}</table>\n" if lines else ""


def _line(row: Row) -> str:
    required = "required" if row.required else ""
    cells = (row.name, row.kind, required, row.said)
    return f"<tr>{''.join(f'<td>{_prose(cell)}</td>' for cell in cells)}</tr>\n"


def _paragraphs(text: str) -> str:
    parts = text.split("\n\n") if text else []
    return "".join(f"<p>{_prose(part)}</p>\n" for part in parts)


def _prose(text: str) -> str:
    """Return text as HTML; what it has in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))
