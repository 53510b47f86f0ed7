"""Contenders in processes of their own, that take turns; and what came out of it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from statistics import median, quantiles
from types import TracebackType
from typing import Any, Self

import psutil
from environments import python_of

HERE = Path(__file__).parent
OURS = "oneshot_async"
_PATH = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))

Reply = dict[str, Any]


class Contender:
    """A contender's process, which works when it is told to."""

    def __init__(self, target: str, arguments: Iterable[str], peer: str | None) -> None:
        self._process = subprocess.Popen(
            [python_of(peer), HERE / "worker.py", target, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _PATH},
            text=True,
        )
        self.target = target
        self._reply()

    def work(self, **wanted: Any) -> Reply:
        """Have it work, and return what that cost and gave."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return self._reply()

    def close(self) -> None:
        """Have it end; idempotent."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def _reply(self) -> Reply:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.target} ended: see above")
        found: Reply = json.loads(line)
        return found


class Arena:
    """The processes of one row; all of them end with its block.

    Args:
        rounds: how often each contender has its turn.
        share: how much work is done in a turn, 1.0 being what the rows mean.
    """

    def __init__(self, rounds: int, share: float = 1.0) -> None:
        self._rounds = rounds
        self._share = share
        self._stack = ExitStack()
        self._busy: list[float] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def start(self, target: str, *arguments: str, peer: str | None = None) -> Contender:
        """Start a contender, in an environment of its own if it is such a peer."""
        contender = Contender(target, arguments, peer)
        self._stack.callback(contender.close)
        return contender

    def some(self, number: int) -> int:
        """Return how much to do where a row means this number."""
        return max(1, round(number * self._share))

    def in_turn(
        self, turns: Mapping[str, Callable[[], Reply]], rounds: int | None = None
    ) -> dict[str, list[Reply]]:
        """Let them have their turns: A B C, A B C and so on, after one to warm up."""
        replies: dict[str, list[Reply]] = {name: [] for name in turns}
        for turn in turns.values():
            turn()
        for _ in range(rounds or self._rounds):
            # While nothing here works: what is busy then is somebody else.
            self._busy.append(psutil.cpu_percent(0.2))
            for name, turn in turns.items():
                replies[name].append(turn())
        return replies

    @property
    def busy(self) -> float:
        """How many percent of the machine others took, between the turns."""
        return median(self._busy or [0.0])


@dataclass(frozen=True)
class Goal:
    """What is to be reached, and whether it is."""

    words: str
    reached: bool


@dataclass
class Measurement:
    """One quantity of all contenders: a value for each round, in the same order.

    Ratios are those of one round, to the baseline, so that they hold on a machine which
    others keep busy now and then.
    """

    title: str
    unit: str
    samples: dict[str, list[float]]
    baseline: str
    busy: float
    goals: list[Goal] = field(default_factory=list)

    def median(self, name: str) -> float:
        """Return the median of a contender."""
        return median(self.samples[name])

    def ratio(self, name: str, to: str | None = None) -> float:
        """Return the median over the rounds of its ratio to the baseline, or another.

        Those of one round are near each other in time: what slows down one slows down
        the other. Who is told before the teller is has taken no time: nothing is within
        any number of times that.
        """
        pairs = zip(self.samples[name], self.samples[to or self.baseline], strict=True)
        return median(own / base if base > 0 else inf for own, base in pairs)

    def at_most(self, bound: float, name: str = OURS, to: str | None = None) -> None:
        """Set a goal: no more than so many times the baseline, or another."""
        words = f"{name} ≤ {bound:.3g} × {to or self.baseline}"
        self.goals.append(Goal(words, self.ratio(name, to) <= bound))

    def at_least(self, bound: float, name: str = OURS, to: str | None = None) -> None:
        """Set a goal: no less than so many times the baseline, or another."""
        words = f"{name} ≥ {bound:.3g} × {to or self.baseline}"
        self.goals.append(Goal(words, self.ratio(name, to) >= bound))

    def below(self, bound: float, name: str = OURS) -> None:
        """Set a goal: a median below this value."""
        words = f"{name} < {bound:g} {self.unit}"
        self.goals.append(Goal(words, self.median(name) < bound))

    def less_than_all(self, *peers: str) -> None:
        """Set a goal: a smaller value than each of these."""
        ours = self.median(OURS)
        reached = all(ours < self.median(peer) for peer in peers)
        self.goals.append(Goal(f"{OURS} below every peer", reached))


def spread(values: list[float]) -> tuple[float, float]:
    """Return the first and the third quartile."""
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def per(replies: Mapping[str, list[Reply]], key: str, scale: float) -> dict[str, Any]:
    """Return one number of each reply, times something."""
    return {
        name: [reply[key] * scale for reply in found] for name, found in replies.items()
    }
