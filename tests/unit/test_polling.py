"""How often a waiting flow looks, and how little a flood of hints changes that."""

from itertools import islice

import pytest

from oneshot_async import _polling
from oneshot_async._polling import Pace, Polling, pauses
from oneshot_async.errors import InvalidInputError


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time that a pace sees, in a list of one; its jitter is taken away."""
    now = [0.0]
    monkeypatch.setattr(_polling, "monotonic", lambda: now[0])
    monkeypatch.setattr(_polling.random, "uniform", lambda low, high: 1.0)
    return now


def test_pauses_begin_short_and_double():
    """Pauses begin short, double, and stay at the longest."""
    found = list(islice(pauses(Polling(first=1, longest=1)), 5))

    assert found == [0.2, 0.4, 0.8, 1, 1]


def test_first_pause_is_never_longer_than_asked():
    """Who asks for shorter pauses than the usual first one gets them."""
    assert next(pauses(Polling(first=0.01))) == 0.01


def test_pace_without_callbacks_doubles():
    """Without callbacks the looks begin close together and grow apart."""
    pace = Pace(Polling(first=1, longest=5), expects_callbacks=False)

    assert [pace.next_pause() for _ in range(5)] == [1, 2, 4, 5, 5]


def test_pace_with_callbacks_is_slow_from_the_start():
    """With callbacks to be expected, looking is the exception."""
    pace = Pace(Polling(first=1, longest=5), expects_callbacks=True)

    assert [pace.next_pause() for _ in range(3)] == [5, 5, 5]


def test_pauses_are_jittered(monkeypatch):
    """Many waiting flows do not look in step."""
    drawn = []
    monkeypatch.setattr(
        _polling.random, "uniform", lambda *bounds: drawn.append(bounds) or 1.0
    )

    Pace(Polling(), expects_callbacks=True).next_pause()

    assert drawn == [(0.8, 1.2)]


def test_first_hint_is_believed_at_once():
    """The first callback is followed by a look without any delay."""
    pace = Pace(Polling(), expects_callbacks=True)
    pace.next_pause()

    assert pace.gap_after_hint() == 0


def test_look_after_a_wrong_hint_comes_soon():
    """A callback that overtook its change is followed by quick looks that slow down."""
    pace = Pace(Polling(longest=15), expects_callbacks=True)
    pace.next_pause()
    pace.gap_after_hint()

    assert [pace.next_pause() for _ in range(3)] == [0.2, 0.4, 0.8]


def test_flood_of_hints_is_worth_few_looks(clock):
    """However many callbacks are forged in ten minutes, the service is asked little."""
    pace = Pace(Polling(longest=15), expects_callbacks=True)
    looks = 0
    while clock[0] < 600:
        pace.next_pause()
        clock[0] += pace.gap_after_hint()
        looks += 1
        clock[0] += 0.001

    assert looks < 600 / 15 + 15


def test_hint_after_a_long_quiet_is_believed_at_once(clock):
    """A hint that comes long after the last look is not made to wait."""
    pace = Pace(Polling(longest=15), expects_callbacks=True)
    for _ in range(20):
        pace.next_pause()
        pace.gap_after_hint()
    pace.next_pause()
    clock[0] += 15

    assert pace.gap_after_hint() == 0


@pytest.mark.parametrize("field", ["first", "longest", "per_second"])
def test_a_pause_of_nothing_is_refused(field):
    """A flow that never pauses would only ask."""
    with pytest.raises(InvalidInputError, match=field):
        Polling(**{field: 0.0})
