"""Kept states: reading them back, and completing one whose create got no answer."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import attrs

from ._checks import check_kind
from ._converter import structure
from ._means import Means
from ._polling import pauses
from .callback_urls import Correlation
from .errors import (
    AmbiguousOutcomeError,
    ApiError,
    InboxError,
    InvalidInputError,
    OneShotError,
    UnexpectedResponseError,
)
from .inbox import Inbox
from .models.requests import CreatedRequest, RequestPk
from .models.signing_state import SigningState, signer_mark

T = TypeVar("T")


def state_of(kept: Mapping[str, Any], kind: type[T], whose: str) -> T:
    """Read a kept state.

    Raises:
        InvalidInputError: it is something else.
    """
    check_kind(kept, Mapping, "state", "the mapping that was kept (`json.loads()`)")
    if "request_pk" not in kept:
        raise InvalidInputError(f"no state of {whose}: state has no request_pk")
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
    search = _Search(state, state.bound_to, means, means.inbox)
    try:
        async with asyncio.timeout(means.polling.settle):
            return state.known_as(await search.found())
    except (TimeoutError, InboxError):
        raise error from None


@attrs.define
class _Search:
    """Looks at the requests that callbacks name, as these alone are not believed.

    Only a request that can be read and is another person's is ruled out; any other is
    looked at again.
    """

    _state: SigningState
    _correlation: Correlation
    _means: Means
    _inbox: Inbox
    _after: int = 0
    _named: dict[RequestPk, bool | None] = attrs.field(
        factory=dict[RequestPk, bool | None]
    )

    async def found(self) -> RequestPk:
        """Return the number of the state's request, however long that takes."""
        for pause in pauses(self._means.polling):
            await self._hear()
            for pk in [pk for pk, own in self._named.items() if own is None]:
                if await self._is_own(pk):
                    return pk
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._inbox.wait(
                        self._correlation, lambda _: True, after=self._after
                    )
        raise AssertionError("pauses never end")

    async def _hear(self) -> None:
        for event in await self._inbox.history(self._correlation, after=self._after):
            self._after = event.sequence
            if event.pk is not None:
                self._named.setdefault(event.pk)

    async def _is_own(self, pk: RequestPk) -> bool | None:
        with self._means.looks.at(pk) as look, suppress(ApiError):
            request, _ = await look.after(monotonic())
            if request is not None:
                mark = signer_mark(request, self._correlation)
                self._named[pk] = mark == self._state.signer
        return self._named[pk]
