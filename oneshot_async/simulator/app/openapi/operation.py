"""One operation as it is described: what is sent and what comes back."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import attrs

from oneshot_async.simulator.error_shapes import error_answer
from oneshot_async.simulator.faults import ErrorShape
from oneshot_async.simulator.refusals import RefusedError

from .bodies import JSON, Body
from .schemas import Schema, either, named, text, whole

_IDS: Mapping[str, Schema] = {"pk": whole(minimum=0), "uid": text(minLength=1)}


@attrs.frozen(kw_only=True)
class Operation:
    """What is said about an operation beside its method and its path.

    Args:
        name: Its name in the document; the SDK's client calls it the same.
        summary: What it does, in a line.
        answers: The body of its success, by content type.
        returns: What that body is.
        description: What else is to be known.
        uncertain: What of it is deduced, for no documentation says it.
        queries: Its parameters after the question mark, all of them optional.
        body: What is sent.
        refusals: One of each kind of refusal.
        offered: When it is there, if it is not always.
    """

    name: str
    summary: str
    answers: Mapping[str, Schema]
    returns: str
    description: str = ""
    uncertain: str = ""
    queries: Mapping[str, Schema] = attrs.field(factory=dict[str, Schema])
    body: Body | None = None
    refusals: Sequence[RefusedError] = ()
    offered: str = ""

    def described(self, path: str, tag: str) -> dict[str, Any]:
        """Return the Operation Object of OpenAPI."""
        ids = re.findall(r"{(\w+)}", path)
        described = {
            "operationId": self.name,
            "tags": [tag],
            "summary": self.summary,
            "description": self._text(),
            "parameters": [*map(_in_path, ids), *map(_in_query, self.queries.items())],
            "responses": self._responses(may_miss=bool(ids or self.offered)),
        }
        if self.body is not None:
            described["requestBody"] = self.body.described()
        return {key: value for key, value in described.items() if value not in ("", [])}

    def _text(self) -> str:
        uncertain = f"Uncertain: {self.uncertain}" if self.uncertain else ""
        return "\n\n".join(filter(None, (self.description, self.offered, uncertain)))

    def _responses(self, *, may_miss: bool) -> dict[str, Any]:
        content = {kind: {"schema": schema} for kind, schema in self.answers.items()}
        refused: dict[int, list[RefusedError]] = {}
        if may_miss:
            refused[HTTPStatus.NOT_FOUND] = []
        for refusal in [*self.refusals, *(self.body.refusals if self.body else ())]:
            refused.setdefault(refusal.status, []).append(refusal)
        return {
            "200": {"description": self.returns, "content": content},
            **{
                str(status): _refused(status, refusals, may_miss=may_miss)
                for status, refusals in sorted(refused.items())
            },
        }


def _refused(
    status: int, refusals: Sequence[RefusedError], *, may_miss: bool
) -> dict[str, Any]:
    shapes = [named("Refusal")] if refusals else []
    if status == HTTPStatus.NOT_FOUND and may_miss:
        shapes.append(named("NotFound"))
    content: dict[str, Any] = {"schema": either(*shapes)}
    if refusals:
        content["examples"] = dict(map(_example, refusals))
    return {
        "description": HTTPStatus(status).phrase,
        "content": {JSON: content},
    }


def _example(refusal: RefusedError) -> tuple[str, dict[str, Any]]:
    body = error_answer(refusal, ErrorShape.NEW_DETAIL).body
    said = refusal.details
    return said if isinstance(said, str) else json.dumps(said), {"value": body}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _IDS[name]}


def _in_query(query: tuple[str, Schema]) -> dict[str, Any]:
    name, schema = query
    return {"name": name, "in": "query", "schema": schema}
