"""What waiting takes: memory for each who waits, and time to find who is meant."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Measurement, Reply, per

_BARE = "task with a future"
_WAITING = {OURS: "waiting:oneshot", _BARE: "waiting:bare"}
_NUMBERS = (1_000, 10_000, 100_000, 1_000_000)
_RESOLVED = 50


def measure(arena: Arena) -> Iterator[Measurement]:
    """Bytes with 100,000 at once, then the cost of a resolve as the number grows."""
    yield _bytes(arena)
    yield _resolves(arena)


def _bytes(arena: Arena) -> Measurement:
    number = arena.some(100_000)

    def turn(target: str) -> Reply:
        # In a fresh process: memory that was used once is not new a second time.
        contender = arena.start(target)
        reply = contender.work(waiting=number)
        contender.close()
        return reply

    turns = {name: partial(turn, target) for name, target in _WAITING.items()}
    one = Measurement(
        f"waiting: memory for each of {number:,} who wait",
        "bytes",
        per(arena.in_turn(turns), "bytes", 1 / number),
        baseline=_BARE,
        busy=arena.busy,
    )
    one.at_most(1.3)
    return one


def _resolves(arena: Arena) -> Measurement:
    turns = {}
    resolved = arena.some(_RESOLVED)
    for name, target in _WAITING.items():
        for number in map(arena.some, _NUMBERS):
            contender = arena.start(target)
            contender.work(waiting=number)
            turns[_named(name, number)] = partial(contender.work, resolved=resolved)
    one = Measurement(
        "waiting: CPU per resolve, by how many wait",
        "µs",
        per(arena.in_turn(turns), "cpu", 1e6 / resolved),
        baseline=_named(OURS, arena.some(_NUMBERS[0])),
        busy=arena.busy,
    )
    one.at_most(1.5, _named(OURS, arena.some(_NUMBERS[-1])))
    return one


def _named(name: str, number: int) -> str:
    return f"{name}, {number:,}"
