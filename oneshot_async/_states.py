"""Kept states: reading them back, and completing one whose create got no answer."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from ._converter import structure
from ._means import Means
from .errors import (
    AmbiguousOutcomeError,
    ApiError,
    InboxError,
    InvalidInputError,
    OneShotError,
    TransportError,
    UnexpectedResponseError,
)
from .models.requests import CreatedRequest, RequestPk
from .models.signing_state import SigningState, signer_mark

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


def tell_state(error: BaseException, state: SigningState) -> None:
    """Have an error leave with the state of what was, or may have been, paid for.

    One that is not ours, as a cancellation, says it in a note.
    """
    if not isinstance(error, OneShotError):
        error.add_note(f"`resume()` goes on from {state.as_json()}")
    elif state.request_pk is not None or isinstance(error, AmbiguousOutcomeError):
        error.state = state.as_json()


async def created(
    state: SigningState, create: Awaitable[CreatedRequest], means: Means
) -> SigningState:
    """Return the state with the pk of what is created.

    Raises:
        AmbiguousOutcomeError: the answer was lost, and the request was not found.
    """
    try:
        return state.known_as((await create).pk)
    except AmbiguousOutcomeError as error:
        return await found_again(state, error, means)


async def found_again(
    state: SigningState, error: AmbiguousOutcomeError, means: Means
) -> SigningState:
    """Find the pk of a create without an answer: its callbacks bring it.

    Whatever fails meanwhile, the error given is what is raised: who took that for the
    failure of the create might create another.
    """
    if means.inbox is None or state.bound_to is None:
        raise error
    try:
        async with (
            asyncio.timeout(means.polling.settle),
            aclosing(means.inbox.events(state.bound_to)) as events,
        ):
            async for event in events:
                if event.pk is not None and await _created(event.pk, state, means):
                    return state.known_as(event.pk)
    except (TimeoutError, InboxError):
        raise error from None
    raise AssertionError("events never end")


async def _created(pk: RequestPk, state: SigningState, means: Means) -> bool:
    """Tell whether a request is the state's: a callback alone is not to be believed."""
    if state.bound_to is None:
        return False
    try:
        request = await means.requests.get(pk)
    except (ApiError, TransportError, UnexpectedResponseError):
        return False
    return signer_mark(request, state.bound_to) == state.signer
