"""What runs in a contender's process: it does what it is told, and tells what it cost.

Each line it reads is the arguments of one piece of work, as JSON; each line it writes
is what came of it. It needs nothing but the standard library and the contender.
"""

import asyncio
import gc
import importlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

Work = Callable[..., Awaitable[dict[str, Any] | None]]

_REPLIES = sys.stdout


async def main(target: str, *arguments: str) -> None:
    """Run a contender, ``module:name`` of an async context manager that gives work."""
    sys.stdout = sys.stderr  # what a library prints is no reply
    module, _, name = target.partition(":")
    contender = getattr(importlib.import_module(module), name)
    async with contender(*arguments) as work:
        _reply({})
        while line := await asyncio.to_thread(sys.stdin.readline):
            _reply(await _measured(work, json.loads(line)))


async def _measured(work: Work, wanted: dict[str, Any]) -> dict[str, Any]:
    called = time.process_time()
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    found = await work(**wanted)
    wall = time.perf_counter() - wall
    done = time.process_time()
    return {
        "cpu": done - cpu,
        "wall": wall,
        # What it takes between two pieces of work, as a server does, is between these.
        "cpu_when_called": called,
        "cpu_when_done": done,
        **(found or {}),
    }


def _reply(found: dict[str, Any]) -> None:
    _REPLIES.write(json.dumps(found) + "\n")
    _REPLIES.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
