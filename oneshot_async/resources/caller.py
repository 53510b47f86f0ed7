"""What a resource needs of the client: something that carries out calls."""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Protocol, TypeVar

import attrs

from oneshot_async._checks import check_kind, given
from oneshot_async._texts import check_text
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

    def __attrs_post_init__(self) -> None:
        for name, value in given(self):
            _check(value, name)

    def officer(self, rao: Rao | None) -> dict[str, str]:
        """Return the fields of who approves.

        Raises:
            InvalidInputError: neither the call nor the client says who.
        """
        who = rao or self.rao
        if who is None:
            raise InvalidInputError("rao is missing: give it here or to the client")
        _check(who, "rao")
        return who.fields()

    def payer(self, billing: Billing | None) -> dict[str, str]:
        """Return the fields of who pays; it may stand in the Optimizer's settings."""
        who = billing or self.billing
        if who is None:
            return {}
        _check(who, "billing")
        return who.fields()


def needed(value: str | None, name: str) -> str:
    """Return a value that a call cannot do without.

    Raises:
        InvalidInputError: neither the call nor the client's defaults give it.
    """
    if not value:
        raise InvalidInputError(f"{name} is missing: give it here or to the client")
    check_text(value, name)
    return value


_KINDS: Mapping[str, tuple[type | UnionType, str]] = {
    "rao": (Rao, "a RaoToken or a RaoLogin"),
    "billing": (Billing, "a Billing"),
}


def _check(value: object, name: str) -> None:
    kind, give = _KINDS.get(name, (str, "text"))
    check_kind(value, kind, name, give)
