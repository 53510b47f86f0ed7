"""Bodies that nobody documents: each is an event or rejected, and nothing else."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async.errors import CallbackRejectedError
from oneshot_async.models import CallbackEvent
from oneshot_async.receiver import parse_callback
from oneshot_async.stores.written import read, written

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def outcome(body):
    """Read a body, and use whatever comes of it as an inbox would."""
    try:
        event = parse_callback(body)
    except CallbackRejectedError as error:
        return error
    assert len(event.dedupe_key) == 64
    assert repr(event)
    assert read(written(event), 0, NOW) == event
    return event


@given(st.binary())
def test_any_bytes_are_an_event_or_rejected(body):
    """Any bytes become an event or `CallbackRejectedError`, and nothing else."""
    assert isinstance(outcome(body), CallbackEvent | CallbackRejectedError)


words = st.sampled_from(["CREATED", "ISSUED", "20250715083633", "", "1", "\ud800"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["valid_from", "serial_number", "pk", "status"]), inner
        )
    ),
    max_leaves=6,
)
requests = st.fixed_dictionaries(
    {"status": st.just("CREATED") | values},
    optional={
        "pk": values,
        "previous_status": values,
        "registration_authority": values,
    },
)
payloads = st.fixed_dictionaries(
    {"status": st.just("CREATED") | values},
    optional={
        "request": requests | values,
        "event_type": values,
        "sent_at": values,
        "date": values,
        "certificates": st.lists(values, max_size=3) | values,
        "previous_status": values,
    },
)


@given(payloads)
def test_any_payload_is_an_event_or_rejected(payload):
    """JSON that comes close to a callback is an event or rejected, and nothing else."""
    assert isinstance(
        outcome(json.dumps(payload).encode()), CallbackEvent | CallbackRejectedError
    )


@pytest.mark.parametrize("depth", [10, 900, 960, 980, 1000, 30_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_any_depth_is_an_event_or_rejected(depth, opening, closing):
    """However deep a body is nested, it is an event that can be kept or rejected."""
    body = f'{{"status":"CREATED","x":{opening * depth}1{closing * depth}}}'.encode()

    assert isinstance(outcome(body), CallbackEvent | CallbackRejectedError)
