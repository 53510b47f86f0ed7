"""What must not become much slower: a quick check of a few ratios."""

from collections.abc import Callable

from harness import OURS, Measurement

ROWS = ("client_send", "flows", "imports", "waiting")
ROUNDS, SHARE = 3, 0.04
_TRIES = 3

# Twice what was measured and more: ratios of CPU and memory, on whatever machine.
_BOUNDS = {
    "client: CPU per create": 2.5,
    "client: CPU per sign": 3.0,
    "flows: CPU per signing": 3.5,
    "import: CPU": 3.5,
    "waiting: memory": 3.2,
}


def exceeded(measure: Callable[[str], list[Measurement]]) -> list[str]:
    """Return what is too slow each time that it is measured."""
    return [line for row in ROWS if (line := _exceeded(row, measure))]


def _exceeded(row: str, measure: Callable[[str], list[Measurement]]) -> str:
    found = ""
    for _ in range(_TRIES):
        found = "; ".join(filter(None, map(_complaint, measure(row))))
        if not found:
            break
    return found


def _complaint(one: Measurement) -> str:
    bounds = [bound for name, bound in _BOUNDS.items() if one.title.startswith(name)]
    ratio = one.ratio(OURS) if bounds else 0.0
    if not bounds or ratio <= bounds[0]:
        return ""
    return f"{one.title}: {ratio:.2f} × {one.baseline}, at most {bounds[0]} ×"
