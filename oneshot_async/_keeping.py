"""Keeping states outside the process, by a function of the caller's."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from .errors import InvalidInputError
from .models.identification_state import IdentificationState
from .models.signing_state import SigningState

OnState = Callable[[dict[str, Any]], Awaitable[None]]
"""Keeps a state; called whenever it has changed, before anything else is done."""


async def keep(
    state: SigningState | IdentificationState, on_state: OnState | None
) -> None:
    """Have a state kept, if somebody keeps it.

    Raises:
        InvalidInputError: what should keep it is no coroutine function.
    """
    keeper: object = on_state
    if keeper is None:
        return
    keeping = keeper(state.as_json()) if callable(keeper) else None
    if not isawaitable(keeping):
        raise InvalidInputError("on_state: give a coroutine function, an `async def`")
    await keeping
