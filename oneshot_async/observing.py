"""What an inbox, and the receivers before it, tell whoever keeps an eye on them."""

import logging
from collections.abc import Callable, Iterable

import attrs

_log = logging.getLogger("oneshot_async.inbox")

OUTCOMES: tuple[str, ...] = (
    "kept",
    "duplicate",
    "not_kept",
    "cut_off",
    "unknown_url",
    "expired_url",
    "network",
    "compressed",
    "large",
    "slow",
    "broken",
    "unreadable",
    "contradiction",
)
"""What may become of a callback: the first two are acknowledged, no other is."""


@attrs.frozen(kw_only=True)
class InboxStatistics:
    """What an inbox holds and has seen since it was opened."""

    waiting: int
    delivered: int
    duplicates: int


class Observer:
    """Is told what happens; override what you want to know, and give it to an `Inbox`.

    Every method is called in the event loop and must return at once. What it raises is
    logged by its name, and does no harm. Nothing of a callback's content is told.
    """

    def receives(self) -> None:
        """A callback comes in; what follows up to `received` is about it, in its task.

        Not told of what comes to other paths, or is no HTTP.
        """

    def received(self, outcome: str) -> None:
        """It has been dealt with: one of `OUTCOMES`."""

    def stored(self, seconds: float) -> None:
        """The store has taken so long to keep an event, or to fail."""

    def waits(self, wait: object) -> None:
        """Somebody begins to wait; the object stands for this wait."""

    def wakes(self, wait: object) -> None:
        """What is delivered at the moment, by this task, ends a wait."""

    def woken(self, wait: object, seconds: float) -> None:
        """Who waited goes on, so long after the event was kept.

        Where another host kept it, this is as true as the two clocks.
        """

    def waited(self, wait: object) -> None:
        """A wait is over, whether anything came or not."""


class Observers:
    """All observers of one inbox; none of them can disturb it."""

    def __init__(self, observers: Iterable[Observer] = ()) -> None:
        self._all = tuple(observers)

    def add(self, observer: Observer) -> None:
        """Tell one more."""
        self._all += (observer,)

    def tell(self, what: Callable[[Observer], None]) -> None:
        """Call a method of each."""
        for observer in self._all:
            try:
                what(observer)
            except Exception as error:  # noqa: BLE001  # theirs, whatever it is
                _log.warning("an observer failed: %s", type(error).__name__)

    def woke(self, wait: object) -> None:
        """Tell that a wait is ended by what this task does."""
        self.tell(lambda observer: observer.wakes(wait))
