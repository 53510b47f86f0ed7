"""Events as text: whatever can be kept comes back."""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async.callback_urls import Correlation
from oneshot_async.errors import StoreError
from oneshot_async.models import CallbackEvent, Certificate, EventType, RequestStatus
from oneshot_async.stores.written import read, written

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = st.none() | st.text()
MOMENTS = st.none() | st.datetimes()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
CERTIFICATES = st.builds(
    Certificate,
    status=TEXTS,
    serial_number=TEXTS,
    valid_from=MOMENTS,
    valid_to=MOMENTS,
)
EVENTS = st.builds(
    CallbackEvent,
    status=st.sampled_from(RequestStatus) | st.just("PONDERED"),
    pk=st.none() | st.integers(1, 2**63 - 1),
    event_type=st.none() | st.sampled_from(EventType) | st.just("REQUEST_PONDERED"),
    previous_status=st.none() | st.sampled_from(RequestStatus) | st.just("PONDERED"),
    occurred_at=MOMENTS,
    registration_authority=TEXTS,
    certificates=st.lists(CERTIFICATES, max_size=2).map(tuple),
    correlation=st.none() | st.text(min_size=1).map(Correlation),
    raw=st.dictionaries(st.text(), JSON, max_size=3),
)


@given(EVENTS)
def test_event_is_read_as_it_was_written(event):
    """Nothing is lost, nothing changes its kind, and the text is plain ASCII."""
    text = written(event)
    back = read(text, 7, NOW)

    assert text.isascii()
    assert back == attrs.evolve(event, sequence=7)
    assert back.dedupe_key == event.dedupe_key
    assert type(back.status) is type(event.status)
    assert (back.sequence, back.received_at) == (7, NOW)


def test_place_and_time_are_the_stores():
    """The text does not say where or when an event was kept."""
    event = CallbackEvent(status="ISSUED", sequence=3, received_at=NOW)

    assert written(event) == written(CallbackEvent(status="ISSUED"))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"status": 1}', "no JSON"])
def test_foreign_text_is_a_store_error(text):
    """What was written by something else is told, not half understood."""
    with pytest.raises(StoreError):
        read(text, 1, NOW)


@pytest.mark.parametrize(
    ("value", "error"), [(object(), "TypeError"), (float("nan"), "ValueError")]
)
def test_what_is_no_json_cannot_be_written(value, error):
    """An event made by hand of what JSON does not have is refused by name."""
    with pytest.raises(StoreError, match=error):
        written(CallbackEvent(status="ISSUED", raw={"a": value}))
