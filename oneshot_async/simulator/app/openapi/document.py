"""The whole description, as an OpenAPI document."""

from collections import defaultdict
from typing import Any

from oneshot_async.simulator.app.middlewares import BASE
from oneshot_async.simulator.pki import SIMULATED

from . import documents, images, requests, settings, tokens, videoid
from .components import COMPONENTS

_TAGS = (requests, documents, tokens, images, videoid, settings)
_ABOUT = f"""{SIMULATED}.

This describes a simulator of the One-Shot API for developers, not the service itself.

Of the service, the paths, what is sent and a sample of most successes are documented,
but no refusal at all. Here refusals have the statuses and the words that its older
generation documents, HTTP 500 included, in the form of a sibling service. What else is
deduced is marked as uncertain with each operation.

The simulator may be told to refuse in other forms, or not to answer: this describes it
with all `Faults` off. Each path is also served with a slash at its end and below
`{BASE}/api/v1`, as samples of the service spell it. No call is authenticated but by
what its body says."""


def openapi_document() -> dict[str, Any]:
    """Describe every operation that the simulator serves."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "One-Shot API, simulated",
            "version": "1.0.0",
            "description": _ABOUT,
        },
        "servers": [{"url": BASE}],
        "tags": [{"name": module.TAG} for module in _TAGS],
        "paths": _paths(),
        "components": {"schemas": COMPONENTS},
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for module in _TAGS:
        for route, operation in module.OPERATIONS.items():
            method, path = route.split(" ")
            described = operation.described(path, module.TAG)
            paths[path][method.lower()] = described
    return dict(paths)
