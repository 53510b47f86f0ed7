"""Who pays and who approves: the two sets of credentials that a call may carry."""

import base64

import attrs

from oneshot_async._checks import given
from oneshot_async._discretion import discreet
from oneshot_async._secrecy import Secret
from oneshot_async._texts import check_line
from oneshot_async.errors import InvalidInputError


@discreet
@attrs.frozen(kw_only=True)
class RaoLogin(Secret):
    """The user name, password and PIN of a registration authority officer (RAO)."""

    username: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)
    pin: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(self, "RAO")

    def fields(self) -> dict[str, str]:
        """Return the fields that a call carries for these credentials."""
        return {
            "username": self.username,
            "password": self.password,
            "pin": self.pin,
        }


@discreet
@attrs.frozen
class RaoToken(Secret):
    """A token that stands for an RAO's credentials stored on the Optimizer.

    ``password`` and ``pin`` are needed only if the token was created without them.
    """

    token: str = attrs.field(repr=False)
    password: str | None = attrs.field(default=None, repr=False, kw_only=True)
    pin: str | None = attrs.field(default=None, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _check(self, "RAO")

    def fields(self) -> dict[str, str]:
        """Return the fields that a call carries for these credentials."""
        carried = {"token": self.token, "password": self.password, "pin": self.pin}
        return {name: value for name, value in carried.items() if value is not None}


Rao = RaoToken | RaoLogin


@discreet
@attrs.frozen(kw_only=True)
class Billing(Secret):
    """The account that a request is charged to; the password in the clear.

    It is sent in base64, as the API wants it.
    """

    username: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(self, "billing")
        if not self.password:
            raise InvalidInputError("billing password is empty: give it in the clear")

    def fields(self) -> dict[str, str]:
        """Return the fields that a call carries for this account."""
        encoded = base64.b64encode(self.password.encode()).decode("ascii")
        return {"billing_username": self.username, "billing_password": encoded}


def _check(credentials: attrs.AttrsInstance, whose: str) -> None:
    """Refuse a line break in a credential; most come along with a file's content."""
    for name, value in given(credentials):
        check_line(value, f"{whose} {name}")
