"""How much memory an event takes."""

from collections.abc import Iterable
from sys import getsizeof
from typing import Any

from oneshot_async._json import is_object
from oneshot_async.models.callbacks import CallbackEvent

# The event itself and where it is looked up; and a certificate with its two times.
_EVENT = 1200
_CERTIFICATE = 250

_HOLDERS = (dict, list)


def size_of(event: CallbackEvent) -> int:
    """Return about how many bytes an event takes: most of them are its payload's."""
    size = _EVENT + _CERTIFICATE * len(event.certificates)
    # What holds values, each counted together with what is right inside it.
    holders: list[Any] = [dict(event.raw)]
    size += getsizeof(holders[0])
    for holder in holders:
        inside: Iterable[Any] = holder
        if is_object(holder):
            size += sum(map(getsizeof, holder))
            inside = holder.values()
        size += sum(map(getsizeof, inside))
        holders += [value for value in inside if isinstance(value, _HOLDERS)]
    return size
