"""Kept states: reading them back, and completing one whose create got no answer."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from ._converter import structure
from ._means import Means
from .errors import AmbiguousOutcomeError, InvalidInputError, UnexpectedResponseError
from .models.callbacks import CallbackEvent
from .models.signing_state import SigningState

T = TypeVar("T")


def state_of(kept: Mapping[str, Any], kind: type[T], whose: str) -> T:
    """Read a kept state.

    Raises:
        InvalidInputError: it is something else.
    """
    try:
        return structure(dict(kept), kind, "state")
    except UnexpectedResponseError as error:
        raise InvalidInputError(f"no state of {whose}: {error}") from None


async def found_again(
    state: SigningState, error: AmbiguousOutcomeError, means: Means
) -> SigningState:
    """Find the pk of a create without an answer: its callbacks bring it."""
    if means.inbox is None or state.bound_to is None:
        raise error
    try:
        async with asyncio.timeout(means.polling.settle):
            event = await means.inbox.wait(state.bound_to, _names_its_request)
    except TimeoutError:
        raise error from None
    return attrs.evolve(state, request_pk=event.pk)


def _names_its_request(event: CallbackEvent) -> bool:
    return event.pk is not None
