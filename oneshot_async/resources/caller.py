"""What a resource needs of the client: something that carries out calls."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import attrs

from oneshot_async._wire import Answer, Call
from oneshot_async.errors import InvalidInputError
from oneshot_async.models.credentials import Billing, Rao

T = TypeVar("T")


class Caller(Protocol):
    """Carries out a call and reads its answer; the client's own method is one."""

    async def __call__(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Return what the answer says, or raise what it refuses."""
        ...


@attrs.frozen(kw_only=True)
class Defaults:
    """What holds for every call that does not say otherwise."""

    rao: Rao | None = attrs.field(default=None, repr=False)
    billing: Billing | None = attrs.field(default=None, repr=False)
    env: str | None = None
    registration_authority: str | None = None
    profile: str | None = None
    communication_language: str | None = None
    delivery_method: str | None = None


def needed(value: str | None, name: str) -> str:
    """Return a value that a call cannot do without.

    Raises:
        InvalidInputError: neither the call nor the client's defaults give it.
    """
    if not value:
        raise InvalidInputError(f"{name} is missing: give it here or to the client")
    return value
