"""Events of which nobody here has learnt whether they were kept."""

from collections import OrderedDict
from collections.abc import Sequence
from time import monotonic

import attrs

_MOST = 10_000
_LIFETIME = 60.0


@attrs.frozen
class _Doubt:
    after: int
    since: float = attrs.field(factory=monotonic)


class Doubts:
    """Appends that failed, or whose caller has gone, and that may be kept all the same.

    Nobody here was woken by them, so they have to be told like those of others.
    """

    def __init__(self) -> None:
        self._doubts: OrderedDict[str, _Doubt] = OrderedDict()

    def add(self, dedupe_key: str, after: int) -> None:
        """Doubt whether an event is kept under a sequence number above this one."""
        self._doubts[dedupe_key] = _Doubt(after)
        self._doubts.move_to_end(dedupe_key)
        if len(self._doubts) > _MOST:
            self._doubts.popitem(last=False)

    def keys(self) -> Sequence[str]:
        """Return the keys to look for."""
        return list(self._doubts)

    def clear_up(self, dedupe_key: str, sequence: int) -> bool:
        """Tell whether an event that was found had been in doubt; it is no more."""
        doubt = self._doubts.pop(dedupe_key, None)
        return doubt is not None and sequence > doubt.after

    def give_up(self) -> None:
        """Forget what would have been found by now; called after a look."""
        oldest = monotonic() - _LIFETIME
        while self._doubts and next(iter(self._doubts.values())).since < oldest:
            self._doubts.popitem(last=False)
