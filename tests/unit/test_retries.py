"""Retries: which operation is sent again after which failure, and when."""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async import _retries, resources
from oneshot_async._retries import Attempts, Retries
from oneshot_async._wire import Operation
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    AnswerTimeoutError,
    ConnectError,
    ConnectionLostError,
    InvalidInputError,
    kind_of_refusal,
)

GET = Operation("GET /request/{request_pk}")
CREATE = Operation("POST /create")


def operations():
    """Return every operation that the resources define."""
    found = set()
    for module in pkgutil.iter_modules(resources.__path__):
        loaded = importlib.import_module(f"{resources.__name__}.{module.name}")
        found |= {op for op in vars(loaded).values() if isinstance(op, Operation)}
    return sorted(found, key=lambda operation: operation.name)


def answered(status, retry_after=None, **more):
    kind = kind_of_refusal("said", status)
    return kind("said", status=status, retry_after=retry_after, **more)


NEVER_LEFT = {"no connection": ConnectError("x"), "429": answered(429)}
UNCLEAR = {
    "connection lost": ConnectionLostError("x"),
    "time-out": AnswerTimeoutError("x"),
    "502": answered(502),
    "503": answered(503),
    "504": answered(504),
    "bare 500": answered(500, explained=False),
    "bare 501": answered(501, explained=False),
}
CLEAR = {
    str(status): answered(status)
    for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 500, 501)
} | {"bare 404": answered(404, explained=False)}


def is_repeated(operation, error):
    Attempts(Retries(first_delay=0), operation).delay_after(error)
    return True


def test_operations_are_found():
    """The table below covers at least the operations of one signing."""
    names = {operation.name for operation in operations()}

    assert {
        "POST /create",
        "POST /otp/{request_pk}",
        "POST /sign/{request_pk}",
    } <= names


@pytest.mark.parametrize("error", NEVER_LEFT.values(), ids=NEVER_LEFT)
@pytest.mark.parametrize("operation", operations(), ids=lambda op: op.name)
def test_what_never_left_is_sent_again(operation, error):
    """Any operation is sent again if it was not carried out for certain."""
    assert is_repeated(operation, error)


@pytest.mark.parametrize("error", UNCLEAR.values(), ids=UNCLEAR)
@pytest.mark.parametrize("operation", operations(), ids=lambda op: op.name)
def test_what_is_unclear_is_sent_again_only_if_harmless(operation, error):
    """GET, PUT and DELETE are sent again after an unclear outcome; POST never is."""
    if operation.name.startswith(("GET ", "PUT ", "DELETE ")):
        assert is_repeated(operation, error)
        return
    with pytest.raises(AmbiguousOutcomeError) as caught:
        is_repeated(operation, error)

    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", CLEAR.values(), ids=CLEAR)
@pytest.mark.parametrize("operation", operations(), ids=lambda op: op.name)
def test_what_was_refused_is_not_sent_again(operation, error):
    """A clear refusal is raised as it is."""
    with pytest.raises(type(error)) as caught:
        is_repeated(operation, error)

    assert caught.value is error


@pytest.mark.parametrize("error", [*UNCLEAR.values()], ids=UNCLEAR)
def test_unclear_outcome_says_that_it_may_have_been_done(error):
    """The ambiguous error says so, whatever made it ambiguous."""
    with pytest.raises(AmbiguousOutcomeError, match="may have been carried out"):
        is_repeated(CREATE, error)


@pytest.mark.parametrize("attempts", [1, 2, 4])
def test_attempts_are_counted(attempts):
    """The last attempt's error is raised; one attempt means no retries."""
    error = ConnectError("x")
    tried = Attempts(Retries(attempts=attempts, first_delay=0), GET)

    for _ in range(attempts - 1):
        tried.delay_after(error)
    with pytest.raises(ConnectError):
        tried.delay_after(error)


@pytest.fixture
def clock(monkeypatch):
    """The time that attempts see, in a list of one."""
    now = [100.0]
    monkeypatch.setattr(_retries, "monotonic", lambda: now[0])
    return now


def test_no_attempt_begins_after_the_deadline(clock):
    """After the deadline the error is raised, however few attempts there were."""
    tried = Attempts(Retries(attempts=99, first_delay=0, deadline=5), GET)

    clock[0] += 4.9
    tried.delay_after(ConnectError("x"))
    clock[0] += 0.2
    with pytest.raises(ConnectError):
        tried.delay_after(ConnectError("x"))


@pytest.mark.usefixtures("clock")
def test_no_pause_leads_beyond_the_deadline():
    """A pause that would end after the deadline is not begun."""
    tried = Attempts(Retries(deadline=5, longest_delay=60), GET)

    with pytest.raises(type(answered(503))):
        tried.delay_after(answered(503, retry_after="6"))


def test_pauses_double_up_to_their_bound(monkeypatch):
    """The bounds of the random pauses double, up to the longest."""
    monkeypatch.setattr(_retries.random, "uniform", lambda low, high: high)
    tried = Attempts(Retries(attempts=9, first_delay=1, longest_delay=5), GET)

    assert [tried.delay_after(ConnectError("x")) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_pauses_are_random_from_zero(monkeypatch):
    """A pause is drawn between nothing and its bound, so that clients spread out."""
    drawn = []
    monkeypatch.setattr(
        _retries.random, "uniform", lambda *bounds: drawn.append(bounds) or 0.0
    )

    Attempts(Retries(first_delay=3), GET).delay_after(ConnectError("x"))

    assert drawn == [(0, 3)]


def asked(retry_after, **settings):
    retries = Retries(first_delay=0, **settings)
    return Attempts(retries, GET).delay_after(answered(503, retry_after))


def test_retry_after_in_seconds_is_honoured():
    """A server that names a number of seconds is given them."""
    assert asked("7") == 7


def test_retry_after_as_a_date_is_honoured():
    """A server that names a moment is left alone until then."""
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=10), usegmt=True)

    assert 8 < asked(moment) <= 10


def test_retry_after_is_capped():
    """A server that asks for an hour is asked again after the longest pause."""
    assert asked("3600", longest_delay=20) == 20


def test_retry_after_never_shortens_the_pause(monkeypatch):
    """A server that asks for no pause gets the usual one."""
    monkeypatch.setattr(_retries.random, "uniform", lambda low, high: high)
    tried = Attempts(Retries(first_delay=3), GET)

    assert tried.delay_after(answered(503, "0")) == 3


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "-1",
        "1.5",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00",
        "Thu, 99 Jan 9999 99:99:99 GMT",
    ],
)
def test_useless_retry_after_is_passed_over(value):
    """A ``Retry-After`` that is absent, wrong or past adds nothing."""
    assert asked(value) == 0


@given(st.text() | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_any_retry_after_is_borne(value):
    """Whatever the header says, the pause is one that can be waited."""
    assert 0 <= asked(value) <= Retries().longest_delay


def test_no_attempts_at_all_are_refused():
    """The first attempt counts."""
    with pytest.raises(InvalidInputError, match="attempts"):
        Retries(attempts=0)
