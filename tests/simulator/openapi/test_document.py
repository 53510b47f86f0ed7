"""The document says of every operation what is sent and what comes back."""

import re
from typing import get_type_hints

import pytest
from openapi_spec_validator import validate

from oneshot_async import OneShotClient
from oneshot_async.simulator.app import make_app
from oneshot_async.simulator.app.middlewares import BASE

METHODS = {"GET", "POST", "PUT", "DELETE"}


def served(simulator):
    """Return the operations of the API in their simplest spelling."""
    app = make_app(simulator._optimizer, simulator.calls)
    routes = ((route.method, route.resource.canonical) for route in app.router.routes())
    return {
        (method, path.removeprefix(BASE))
        for method, path in routes
        if method in METHODS
        and path.startswith(BASE)
        and not path.startswith(f"{BASE}/api/v1")
        and not path.endswith("/")
    }


def described(document):
    return {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
    }


def references(value):
    """Yield every reference inside a value."""
    match value:
        case {"$ref": reference}:
            yield reference
        case dict():
            for inner in value.values():
                yield from references(inner)
        case list():
            for inner in value:
                yield from references(inner)


async def test_what_is_served_is_described(simulator, document):
    """No operation is served without a description, or described and not served."""
    assert described(document) == served(simulator)


def test_the_document_is_valid(document):
    """It is what the specification of OpenAPI calls a document."""
    validate(document)


def test_every_reference_leads_to_a_schema(document):
    """What is referred to is there, and what is there is referred to."""
    schemas = document["components"]["schemas"]

    leading = {f"#/components/schemas/{name}" for name in schemas}

    assert set(references(document)) == leading


def operations(document):
    """Yield each operation and its path."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_operations_are_named_as_in_the_client(document):
    """Every operation has a name of its own, that of the client's method for it."""
    names = [
        operation["operationId"].split(".") for _, operation in operations(document)
    ]
    resources = get_type_hints(OneShotClient)

    methods = {getattr(resources[tag], method) for tag, method in names}

    assert len(methods) == len(names)


def test_every_id_in_a_path_is_a_parameter(document):
    """What stands in braces is described, and required."""
    for path, operation in operations(document):
        required = [
            parameter["name"]
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "path" and parameter["required"]
        ]
        assert required == re.findall(r"{(\w+)}", path)


def test_it_says_that_it_is_simulated(document):
    """Nobody takes the document for that of the service."""
    assert document["info"]["description"].startswith("SIMULATED - no legal value")
    assert document["servers"] == [{"url": "/oneshot/api/v1"}]


def test_settings_say_when_they_are_offered(document):
    """Each operation on settings says what it needs, and is not found without."""
    settings = [
        operation
        for _, operation in operations(document)
        if operation["tags"] == ["Settings"]
    ]

    assert len(settings) == 4
    assert all("`Features.settings`" in each["description"] for each in settings)
    assert all("404" in each["responses"] for each in settings)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_the_description_stands_at_the_root(api, path):
    """The description is not below the base path."""
    root = api.simulator.url.removesuffix(BASE)

    async with api.http.get(root + path) as found:
        missed = await api.call("GET", path)

    assert (found.status, missed.status) == (200, 404)


async def test_the_document_is_answered_as_it_is(api, document):
    """What is answered is the document, as JSON."""
    async with api.http.get(
        api.simulator.url.removesuffix(BASE) + "/openapi.json"
    ) as a:
        assert await a.json() == document
