"""How often a waiting flow asks for the truth."""

import random
from collections.abc import Iterator
from time import monotonic

import attrs

from ._checks import not_negative, positive

_QUICK = 0.2
_SMALLEST_GAP = 0.1


@attrs.frozen(kw_only=True)
class Polling:
    """How a flow waits; all in seconds.

    Args:
        first: the pause before the second look, where no callbacks are to be expected;
            pauses then double. With callbacks every pause is `longest` from the start.
        longest: the longest pause between two looks.
        deadline: how long to wait for an approval, a certificate or a signed file.
        settle: how long to look whether a signature was made whose answer was lost.
        per_second: how many looks that no callback asked for all waiting flows of a
            client may take in a second; those beyond it stand in a queue.
    """

    first: float = attrs.field(default=1.0, validator=positive)
    longest: float = attrs.field(default=15.0, validator=positive)
    deadline: float = attrs.field(default=600.0, validator=not_negative)
    settle: float = attrs.field(default=60.0, validator=not_negative)
    per_second: float = attrs.field(default=20.0, validator=positive)


def pauses(polling: Polling) -> Iterator[float]:
    """Yield pauses without end, short ones first."""
    pause = min(_QUICK, polling.first, polling.longest)
    while True:
        yield pause
        pause = min(pause * 2, polling.longest)


class Pace:
    """The pauses of one wait.

    A callback brings the next look forward. One that proves wrong is followed by some
    quick looks, as it may have overtaken the change it tells of; and each makes the
    smallest gap between looks wider, so that a flood of forged ones is worth few calls.
    """

    def __init__(self, polling: Polling, *, expects_callbacks: bool) -> None:
        self._longest = polling.longest
        self._pause = polling.longest if expects_callbacks else polling.first
        self._gap = 0.0
        self._looked = monotonic()

    def next_pause(self) -> float:
        """Return how long to wait for a callback before looking anyway."""
        self._looked = monotonic()
        pause = min(self._pause, self._longest)
        self._pause = pause * 2
        return pause * random.uniform(0.8, 1.2)  # noqa: S311  # jitter is no secret

    def gap_after_hint(self) -> float:
        """Return how long to wait still before the look that a callback asks for."""
        gap = self._gap - (monotonic() - self._looked)
        self._gap = min(max(self._gap * 2, _SMALLEST_GAP), self._longest)
        self._pause = min(_QUICK, self._longest)
        return max(0.0, gap)
