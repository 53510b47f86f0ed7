"""Events as text, for the stores that keep them outside this process."""

import json
from datetime import datetime

import attrs

from oneshot_async._converter import structure, wire
from oneshot_async._json import json_or_none
from oneshot_async.errors import StoreError, UnexpectedResponseError
from oneshot_async.models.callbacks import CallbackEvent

_NOT_WRITTEN = ("sequence", "received_at")


def written(event: CallbackEvent) -> str:
    """Return an event as JSON in ASCII, without what the store itself knows of it.

    Raises:
        StoreError: it holds what cannot be written; no callback does.
    """
    fields = {
        name: value for name, value in wire(event).items() if name not in _NOT_WRITTEN
    }
    try:
        return json.dumps(fields, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(
            f"an event cannot be written: {type(error).__name__}"
        ) from None


def read(text: str, sequence: int, received_at: datetime) -> CallbackEvent:
    """Return the event that was written, with what the store knows of it.

    Raises:
        StoreError: it was written by something else.
    """
    try:
        found = json_or_none(text.encode("utf-8", "replace"))
        event = structure(found, CallbackEvent, "a kept event")
    except UnexpectedResponseError as error:
        raise StoreError(str(error)) from None
    return attrs.evolve(event, sequence=sequence, received_at=received_at)
