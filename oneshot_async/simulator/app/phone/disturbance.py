"""What the phone page lets happen to the next callback."""

from functools import partial

from oneshot_async.simulator.faults import Faults

NONE = "none"
OTHER = "other"
_KNOWN = {
    "lost": partial(Faults, lost=1),
    "doubled": partial(Faults, doubled=1),
    "late": partial(Faults, late=30),
}


def disturbance_of(faults: Faults) -> str:
    """Name what is to befall the next callback."""
    if faults.next_callback is None:
        return NONE
    names = (name for name, make in _KNOWN.items() if make() == faults.next_callback)
    return next(names, OTHER)


def disturb(faults: Faults, name: str) -> bool:
    """Let the next callback be befallen; tell whether this disturbance is known."""
    if name == NONE:
        faults.next_callback = None
    elif name in _KNOWN:
        faults.next_callback = _KNOWN[name]()
    else:
        return False
    return True
