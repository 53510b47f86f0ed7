"""How the cost grows with the load, and with the documents of a signing."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Measurement, per
from rows.receiver import turn

_CONNECTIONS = (1, 8, 32, 128)
_DOCUMENTS = (1, 3, 10)


def measure(arena: Arena) -> Iterator[Measurement]:
    """Callbacks by connections, then signings by documents."""
    yield _callbacks(arena)
    yield _signings(arena)


def _callbacks(arena: Arena) -> Measurement:
    number = arena.some(2000)
    receiver = arena.start("receivers:oneshot", "memory:")
    sender = arena.start("load:callbacks")
    turns = {
        f"{OURS}, {connections} at once": turn(
            receiver, sender, number, connections=connections
        )
        for connections in _CONNECTIONS
    }
    return Measurement(
        "growth: CPU per callback, by how many come at once",
        "µs",
        per(arena.in_turn(turns), "cpu", 1e6 / number),
        baseline=next(iter(turns)),
        busy=arena.busy,
    )


def _signings(arena: Arena) -> Measurement:
    count = arena.some(200)
    url = arena.start("servers:everything").work()["url"]
    turns = {
        f"{OURS}, {documents} documents": partial(
            arena.start("flows:oneshot", url, str(documents)).work,
            count=count,
            at_once=min(count, 20),
        )
        for documents in _DOCUMENTS
    }
    return Measurement(
        "growth: CPU per signing, by its documents",
        "ms",
        per(arena.in_turn(turns), "cpu", 1e3 / count),
        baseline=next(iter(turns)),
        busy=arena.busy,
    )
