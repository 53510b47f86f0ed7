"""What must not become much slower: a quick check of a few ratios."""

from collections.abc import Callable

from harness import OURS, Measurement

ROWS = ("client_send", "flows", "imports", "waiting")
ROUNDS, SHARE = 3, 0.04
_TRIES = 3

# A fifth more than the most that was seen in twenty runs, some beside a whole test run.
_BOUNDS = {
    "client: CPU per create": 1.6,
    "client: CPU per sign": 1.75,
    "flows: CPU per signing": 2.1,
    "import: CPU": 2.0,
    "waiting: memory": 1.6,
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
