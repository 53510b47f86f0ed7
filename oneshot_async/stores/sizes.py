"""How much memory an event takes."""

from sys import getsizeof
from typing import Any

from oneshot_async._json import is_array, is_object
from oneshot_async.models.callbacks import CallbackEvent

# The event itself and where it is looked up; and a certificate with its two times.
_EVENT = 1200
_CERTIFICATE = 250


def size_of(event: CallbackEvent) -> int:
    """Return about how many bytes an event takes: most of them are its payload's."""
    size = _EVENT + _CERTIFICATE * len(event.certificates)
    payload: list[Any] = [dict(event.raw)]
    while payload:
        value = payload.pop()
        size += getsizeof(value)
        if is_object(value):
            payload += [*value.keys(), *value.values()]
        elif is_array(value):
            payload += value
    return size
