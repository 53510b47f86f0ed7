"""How many callbacks a receiver takes, with each store behind it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from harness import OURS, Arena, Contender, Measurement, Reply, per
from postgres import postgres

_CONNECTIONS = 32
_SQLITE, _POSTGRES = f"{OURS}, SQLite", f"{OURS}, PostgreSQL"


def measure(arena: Arena) -> Iterator[Measurement]:
    """All receivers in one run: what 32 connections send, one at a time each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres())
        receivers = {
            "aiohttp": (arena.start("receivers:bare_aiohttp"), "oneshot"),
            OURS: (arena.start("receivers:oneshot", "memory:"), "oneshot"),
            _SQLITE: (
                arena.start("receivers:oneshot", f"sqlite:///{folder / 'inbox.db'}"),
                "oneshot",
            ),
            _POSTGRES: (arena.start("receivers:oneshot", database), "oneshot"),
            "Starlette": (arena.start("receivers:starlette"), "oneshot"),
            "FastAPI": (arena.start("receivers:fastapi"), "oneshot"),
            "slack-bolt": (arena.start("receivers:slack_bolt"), "slack"),
            "aiogram": (arena.start("receivers:aiogram", peer="aiogram"), "telegram"),
        }
        sender = arena.start("load:callbacks")
        number = arena.some(2000)
        turns = {
            name: turn(receiver, sender, number, kind=kind)
            for name, (receiver, kind) in receivers.items()
        }
        replies = arena.in_turn(turns)
        yield from _measurements(replies, number, arena.busy)
        for receiver, _ in receivers.values():
            receiver.close()


def turn(
    receiver: Contender,
    sender: Contender,
    number: int,
    *,
    kind: str = "oneshot",
    connections: int = _CONNECTIONS,
) -> Callable[[], Reply]:
    """Return what sends so many callbacks, each time others."""
    starts = count(1, number)

    def take() -> Reply:
        first = next(starts)
        ours = {"first": first, "count": number} if _is_ours(receiver) else {}
        ready = receiver.work(**ours)
        wanted: dict[str, Any] = {"first": first, "count": number, "kind": kind}
        sent = sender.work(url=ready["url"], connections=connections, **wanted)
        done = receiver.work()
        return {**sent, "cpu": done["cpu_when_called"] - ready["cpu_when_done"]}

    return take


def _is_ours(receiver: Contender) -> bool:
    return receiver.target == "receivers:oneshot"


def _measurements(
    replies: dict[str, list[Reply]], number: int, busy: float
) -> Iterator[Measurement]:
    cpu = Measurement(
        "receiver: CPU of its process per callback",
        "µs",
        per(replies, "cpu", 1e6 / number),
        baseline="aiohttp",
        busy=busy,
    )
    cpu.at_most(1 / 0.85)
    cpu.at_most(0.5, OURS, "FastAPI")
    yield cpu
    rate = Measurement(
        f"receiver: callbacks per second at {_CONNECTIONS} connections",
        "1/s",
        per(replies, "per_second", 1.0),
        baseline="aiohttp",
        busy=busy,
    )
    rate.at_least(0.85)
    rate.at_least(2, OURS, "FastAPI")
    rate.at_least(0.5, _SQLITE)
    rate.at_least(0.25, _POSTGRES)
    yield rate
    slowest = Measurement(
        f"receiver: p99 until the answer, at {_CONNECTIONS} connections",
        "ms",
        per(replies, "p99", 1e3),
        baseline="aiohttp",
        busy=busy,
    )
    slowest.below(15, _SQLITE)
    yield slowest
