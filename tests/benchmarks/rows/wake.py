"""How long it takes until somebody who waits goes on."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from harness import OURS, Arena, Contender, Measurement, Reply, per
from postgres import postgres

_BARE = "future"
_LISTEN = "asyncpg LISTEN"
_SELECT = f"{_LISTEN}, then SELECT"
_SQLITE, _POSTGRES = f"{OURS}, SQLite", f"{OURS}, PostgreSQL"


def measure(arena: Arena) -> Iterator[Measurement]:
    """In one process, then from one process to another."""
    yield from _in_process(arena)
    yield from _between_processes(arena)


def _in_process(arena: Arena) -> Iterator[Measurement]:
    number = arena.some(1000)
    contenders = {
        OURS: arena.start("wake:oneshot"),
        _BARE: arena.start("wake:bare"),
    }
    turns = {
        name: partial(_alone, contender, count(1, number), number)
        for name, contender in contenders.items()
    }
    _, slowest = found = _measured(
        "wake: from handing it over to going on, in one process", _BARE, turns, arena
    )
    slowest.below(0.5)
    yield from found


def _between_processes(arena: Arena) -> Iterator[Measurement]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        database = stack.enter_context(postgres())
        stores = {
            _POSTGRES: database,
            _SQLITE: f"sqlite:///{Path(folder) / 'inbox.db'}",
        }
        pairs = {
            name: (
                arena.start("wake:oneshot_tells", store),
                arena.start("wake:oneshot_waits", store),
            )
            for name, store in stores.items()
        }
        for name, reads in ((_LISTEN, ""), (_SELECT, "row")):
            channel = f"bare{reads}"
            pairs[name] = (
                arena.start("wake:bare_tells", database, channel),
                arena.start("wake:bare_waits", database, channel, reads),
            )
        number = arena.some(100)
        firsts = count(1, number)
        turns = {
            name: partial(_together, tells, waits, firsts, number)
            for name, (tells, waits) in pairs.items()
        }
        found = _measured(
            "wake: from the commit to going on in another process",
            _SELECT,
            turns,
            arena,
        )
        for one in found:
            one.at_most(2, _POSTGRES, _LISTEN)
            one.at_most(2, _POSTGRES, _SELECT)
        yield from found
        for contender in (each for pair in pairs.values() for each in pair):
            contender.close()


def _alone(contender: Contender, firsts: Iterator[int], number: int) -> Reply:
    return _taken(contender.work(first=next(firsts), count=number))


def _together(
    tells: Contender, waits: Contender, firsts: Iterator[int], number: int
) -> Reply:
    wanted = {"first": next(firsts), "count": number}
    waits.work(**wanted)
    told = tells.work(**wanted)
    return _taken({**told, **waits.work()})


def _taken(moments: Reply) -> Reply:
    """Return the usual and the longest time between two kinds of moments."""
    pairs = zip(moments["told"], moments["resumed"], strict=True)
    taken = [resumed - told for told, resumed in pairs]
    return {
        "p50": median(taken),
        "p99": quantiles(taken, n=100, method="inclusive")[98],
    }


def _measured(
    title: str, baseline: str, turns: dict[str, Callable[[], Reply]], arena: Arena
) -> tuple[Measurement, Measurement]:
    replies = arena.in_turn(turns)

    def one(key: str) -> Measurement:
        return Measurement(
            f"{title}, {key}", "ms", per(replies, key, 1e3), baseline, arena.busy
        )

    return one("p50"), one("p99")
