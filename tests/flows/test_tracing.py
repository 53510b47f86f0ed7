"""Spans: of every call, of every callback, and which flow a callback woke."""

import importlib
import json
import sys

import aiohttp
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from oneshot_async import Billing, Inbox, OneShotClient, RaoToken
from oneshot_async.errors import (
    InvalidInputError,
    MissingExtraError,
    NotFoundError,
    StoreError,
    TransportError,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator, Timings
from oneshot_async.stores import MemoryStore
from oneshot_async.testing import SIGNER, sample_pdf
from oneshot_async.tracing import Tracing

SECRET = "a-secret-of-a-receiver"
SAMPLE = sample_pdf()
BODY = b'{"status":"ISSUED","request":7}'


@pytest.fixture
def provider():
    return TracerProvider()


@pytest.fixture
def exported(provider):
    """A function that returns the spans that have ended, by their names."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def ended(name):
        return [span for span in exporter.get_finished_spans() if span.name == name]

    ended.all = exporter.get_finished_spans
    return ended


@pytest.fixture
def tracing(provider, exported):
    return Tracing(provider)


@pytest.fixture
async def simulator():
    # Slow enough that a flow waits, and no look of its own finds what a callback tells.
    async with Simulator(timings=Timings(issue=0.2)) as running:
        yield running


@pytest.fixture
async def inbox(tracing):
    async with Inbox(observers=[tracing]) as opened:
        yield opened


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@pytest.fixture
async def oneshot(simulator, inbox, receiver, tracing):
    async with OneShotClient(
        simulator.url,
        rao=RaoToken(simulator.token),
        billing=Billing(
            username=simulator.billing_username, password=simulator.billing_password
        ),
        env="sandbox",
        registration_authority="1000",
        profile="PFnubeQAFCiudadano",
        inbox=inbox,
        callbacks=receiver.urls,
        trace_configs=[tracing.trace_config()],
    ) as client:
        yield client


async def test_flow_and_callbacks_are_linked(oneshot, simulator, provider, exported):
    """The callback that wakes a flow and the flow's span point at each other."""
    with provider.get_tracer("test").start_as_current_span("flow") as flow:
        signing = await oneshot.begin(SIGNER, [SAMPLE])
        await signing.send_otp()
        await signing.sign(simulator.sms[-1].code)

    waking = [span for span in exported("callback") if span.links]
    assert {link.context.span_id for span in waking for link in span.links} == {
        flow.get_span_context().span_id
    }
    (ended,) = exported("flow")
    assert [link.context.span_id for link in ended.links] == [
        span.context.span_id for span in waking
    ]


async def test_each_call_is_a_span_of_its_flow(oneshot, simulator, provider, exported):
    """A call is named like its operation, and stands under the span it was made in."""
    with provider.get_tracer("test").start_as_current_span("flow") as flow:
        await oneshot.begin(SIGNER, [SAMPLE])

    (create,) = exported("POST /create")
    assert create.parent.span_id == flow.get_span_context().span_id
    assert create.kind is SpanKind.CLIENT
    assert dict(create.attributes) == {
        "http.request.method": "POST",
        "url.template": "/create",
        "server.address": "127.0.0.1",
        "server.port": int(simulator.url.split(":")[2].partition("/")[0]),
        "http.response.status_code": 200,
    }
    assert create.status.status_code is StatusCode.UNSET


async def test_nothing_secret_is_in_a_span(oneshot, simulator, receiver, exported):
    """After a whole flow no span has a name, a code, a credential or a token."""
    signing = await oneshot.begin(SIGNER, [SAMPLE])
    await signing.send_otp()
    await signing.sign(simulator.sms[-1].code)
    with pytest.raises(NotFoundError):
        await oneshot.tokens.get("planted-token")

    written = "".join(span.to_json() for span in exported.all())
    planted = [
        SIGNER.given_name,
        SIGNER.email,
        SIGNER.mobile_phone_number,
        simulator.sms[-1].code,
        simulator.token,
        simulator.billing_password,
        "planted-token",
        str(signing.request_pk),
        "/callbacks/",
    ]
    assert len(exported.all()) > 8
    assert [secret for secret in planted if secret in written] == []


async def test_refusal_and_lost_answer_are_told(oneshot, simulator, exported):
    """What is answered with an error, or not at all, is one in its span."""
    with pytest.raises(NotFoundError):
        await oneshot.requests.get(999)
    simulator.faults.answer_lost = 1
    with pytest.raises(TransportError):
        await oneshot.requests.get(999)

    refused, *lost = exported("GET /request/{request_pk}")
    assert refused.status.status_code is StatusCode.ERROR
    assert {span.attributes["error.type"] for span in lost} == {
        "ServerDisconnectedError"
    }


async def post(url, data=BODY):
    async with aiohttp.request("POST", url, data=data) as answer:
        return answer.status


async def test_callback_without_a_flow_has_its_outcome(receiver, exported):
    """What becomes of a callback is in its span; a refusal is no failure of ours."""
    url = receiver.urls.mint().url
    for data, where in ((BODY, url), (BODY, url), (b"[]", url), (BODY, url + "x")):
        await post(where, data)

    spans = exported("callback")
    assert [span.attributes["oneshot.outcome"] for span in spans] == [
        "kept",
        "duplicate",
        "unreadable",
        "unknown_url",
    ]
    assert {span.kind for span in spans} == {SpanKind.CONSUMER}
    assert {span.status.status_code for span in spans} == {StatusCode.UNSET}
    assert {span.parent for span in spans} == {None}


class FullDisk(MemoryStore):
    async def append(self, event):
        raise StoreError("the disk is full")


async def test_callback_that_cannot_be_kept_is_an_error(tracing, exported):
    """When the store fails, the span says that it was ours."""
    async with (
        Inbox(FullDisk(), observers=[tracing]) as inbox,
        Receiver(inbox, secrets=[SECRET]) as receiver,
    ):
        assert await post(receiver.urls.fixed()) == 503

    (span,) = exported("callback")
    assert span.status.status_code is StatusCode.ERROR


async def test_session_of_ones_own_may_be_traced(tracing, simulator, exported):
    """In a session of one's own, other requests are told by their method only."""
    configs = [tracing.trace_config()]
    async with (
        aiohttp.ClientSession(trace_configs=configs) as session,
        OneShotClient(simulator.url, session=session) as oneshot,
    ):
        with pytest.raises(NotFoundError):
            await oneshot.requests.get(999)
        async with session.get(f"{simulator.url}/elsewhere?secret=planted"):
            pass

    ours, other = exported.all()
    assert (ours.name, other.name) == ("GET /request/{request_pk}", "GET")
    assert "planted" not in json.dumps([span.to_json() for span in exported.all()])


async def test_configs_belong_to_the_session_that_is_made_here(tracing):
    """Given beside a session, where they would do nothing, they are refused."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(InvalidInputError, match="trace_configs"):
            OneShotClient(
                "http://127.0.0.1",
                session=session,
                trace_configs=[tracing.trace_config()],
            )


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    """Who has no OpenTelemetry is told how to get it."""
    monkeypatch.delitem(sys.modules, "oneshot_async.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)

    with pytest.raises(MissingExtraError, match=r"oneshot-async\[otel\]"):
        importlib.import_module("oneshot_async.tracing")
