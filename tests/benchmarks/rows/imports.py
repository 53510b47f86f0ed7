"""What it costs to import the package."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Goal, Measurement, Reply, per

_LIBRARIES = "aiohttp, attrs, cattrs"
_TIMED = """
import time
began = time.process_time()
import {}
print(time.process_time() - began)
"""
_LATE = ("receiver", "simulator", "cli", "stores.sqlite", "stores.postgres")


def measure(arena: Arena) -> Iterator[Measurement]:
    """CPU of a fresh process for the import, and what has not been loaded by it."""
    turns = {
        _LIBRARIES: partial(_imported, _LIBRARIES),
        OURS: partial(_imported, "oneshot_async"),
    }
    replies = arena.in_turn(turns)
    one = Measurement(
        "import: CPU of a fresh process",
        "ms",
        per(replies, "cpu", 1e3),
        baseline=_LIBRARIES,
        busy=arena.busy,
    )
    more = one.median(OURS) - one.median(_LIBRARIES)
    one.goals.append(Goal(f"+{more:.0f} ms: at most +60 ms", more <= 60))
    names = [f"oneshot_async.{name}" for name in _LATE]
    loaded = _run("import sys, oneshot_async; print(*sys.modules)").split()
    words = f"not loaded by it: {', '.join(_LATE)}"
    one.goals.append(Goal(words, not set(names) & set(loaded)))
    yield one


def _imported(names: str) -> Reply:
    return {"cpu": float(_run(_TIMED.format(names)))}


def _run(code: str) -> str:
    return subprocess.check_output([sys.executable, "-P", "-c", code], text=True)
