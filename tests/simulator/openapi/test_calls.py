"""What is generated from the document is answered as the document says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from oneshot_async.simulator.app.openapi import openapi_document

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


# They take hundreds of calls to cover; those at random have to do.
WIDE = ["PUT /request/{pk}", "POST /sign/{pk}", "POST /videoid/{pk}/evidences"]


def schema(*, coverage):
    """Read the document; coverage means calls at the edges of what it describes."""
    phases = {"coverage": {"enabled": coverage, "unexpected-methods": ["PATCH"]}}
    config = SchemathesisConfig.from_dict({"seed": 1, "phases": phases})
    return schemathesis.openapi.from_dict(openapi_document(), config=config)


def bounded(max_examples):
    return settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        # What has been answered is meant to add up over all calls of an operation.
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
        ],
    )


def beginnings(operation, status):
    """Return how the refusals begin that are described for a status."""
    answer = operation.definition.raw["responses"][str(status)]
    examples = answer["content"]["application/json"]["examples"].values()
    return [beginning(example["value"]) for example in examples]


def beginning(refusal):
    return refusal["message"].split()[:3]


def check(case, answer):
    case.validate_response(answer, checks=CHECKS)
    if answer.status_code >= 500:
        assert beginning(answer.json()) in beginnings(case.operation, 500)


@schema(coverage=False).parametrize()
@bounded(5)
def test_calls_at_random_are_answered_as_described(case, ordinary, http):
    """Calls that know nothing are answered, or refused, as the document says."""
    check(case, case.call(base_url=ordinary.url, session=http))


@pytest.fixture
def statuses():
    """What calls of one operation were answered: a success must be among it."""
    seen = set()
    yield seen
    assert 200 in seen


@pytest.fixture
def call(known, http, statuses):
    """A function that makes a call of what there is, and checks the answer."""

    def call_one(case):
        known.put_into(case)
        answer = case.call(base_url=known.simulator.url, session=http)
        statuses.add(answer.status_code)
        check(case, answer)

    return call_one


@schema(coverage=True).exclude(name=WIDE).parametrize()
@bounded(10)
def test_calls_that_know_ids_are_answered_as_described(case, call):
    """Calls of what exists succeed, or are refused, as the document says."""
    call(case)


@schema(coverage=False).include(name=WIDE).parametrize()
@bounded(50)
def test_wide_calls_that_know_ids_are_answered_as_described(case, call):
    """So do those that say a lot."""
    call(case)
