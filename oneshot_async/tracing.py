"""Spans for OpenTelemetry: every call, every callback, and which flow it woke."""

from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import aiohttp

from ._extras import needing
from .observing import Observer

with needing("otel", "tracing"):
    from opentelemetry import context, trace
    from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider

_FAILURES = {"not_kept", "cut_off"}


class Tracing(Observer):
    """Makes spans; give it to the inbox, and its `trace_config` to the client.

    A call is a span named like its operation, ``GET /request/{request_pk}``, and ends
    with the head of its answer: a download that breaks off later is no failure of it. A
    callback is one named ``callback``. The span of a callback that wakes a flow in this
    process is linked to the span in which the flow waits, and that one to it: open a
    span around the flow. No span has a URL, a body, or anything of a person in it.

    Args:
        tracer_provider: by default the global one.
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._tracer = trace.get_tracer(
            "oneshot_async", tracer_provider=tracer_provider
        )
        self._receiving: ContextVar[tuple[Span, Any] | None] = ContextVar(
            "receiving", default=None
        )
        self._flows: dict[object, Span] = {}

    def trace_config(self) -> aiohttp.TraceConfig:
        """Return what makes a span of each call: `OneShotClient(trace_configs=…)`."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._call_begins)
        config.on_request_end.append(_call_is_answered)
        config.on_request_exception.append(_call_fails)
        return config

    def receives(self) -> None:
        """Begin the span of a callback."""
        span = self._tracer.start_span("callback", kind=SpanKind.CONSUMER)
        token = context.attach(trace.set_span_in_context(span))
        self._receiving.set((span, token))

    def received(self, outcome: str) -> None:
        """End the span of a callback."""
        if (receiving := self._receiving.get()) is None:
            return
        span, token = receiving
        self._receiving.set(None)
        context.detach(token)
        span.set_attribute("oneshot.outcome", outcome)
        if outcome in _FAILURES:
            span.set_status(Status(StatusCode.ERROR, outcome))
        span.end()

    def waits(self, wait: object) -> None:
        """Remember in which span somebody waits."""
        span = trace.get_current_span()
        if span.is_recording():
            self._flows[wait] = span

    def wakes(self, wait: object) -> None:
        """Link the callback and the flow that it wakes."""
        flow, receiving = self._flows.get(wait), self._receiving.get()
        if flow is not None and receiving is not None:
            receiving[0].add_link(flow.get_span_context())
            flow.add_link(receiving[0].get_span_context())

    def waited(self, wait: object) -> None:
        """Forget in which span somebody waited."""
        self._flows.pop(wait, None)

    async def _call_begins(
        self,
        _session: aiohttp.ClientSession,
        call: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        operation = _operation_of(call) or params.method
        attributes: dict[str, str | int] = {
            "http.request.method": params.method,
            "url.template": operation.partition(" ")[2],
            "server.address": params.url.host or "",
            "server.port": params.url.port or 0,
        }
        call.span = self._tracer.start_span(
            operation, kind=SpanKind.CLIENT, attributes=attributes
        )


def _operation_of(call: SimpleNamespace) -> str | None:
    """Return which operation a call is; None if it is not of this package."""
    known: Any = call.trace_request_ctx
    try:
        return str(known["operation"])
    except (KeyError, TypeError):
        return None


async def _call_is_answered(
    _session: aiohttp.ClientSession,
    call: SimpleNamespace,
    params: aiohttp.TraceRequestEndParams,
) -> None:
    call.span.set_attribute("http.response.status_code", params.response.status)
    if params.response.status >= 400:
        call.span.set_status(StatusCode.ERROR)
    call.span.end()


async def _call_fails(
    _session: aiohttp.ClientSession,
    call: SimpleNamespace,
    params: aiohttp.TraceRequestExceptionParams,
) -> None:
    # Its name only: what it says may hold a URL, and that a token.
    call.span.set_attribute("error.type", type(params.exception).__name__)
    call.span.set_status(StatusCode.ERROR)
    call.span.end()
