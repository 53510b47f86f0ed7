"""The credentials that a simulator knows, and the tokens that stand for them."""

import base64
import binascii
import uuid
from collections.abc import Mapping

import attrs

from . import refusals

RAO_ID = "1182"
"""The number of the one registration officer there is."""


@attrs.frozen(kw_only=True)
class Accounts:
    """The credentials that a simulator accepts; they open nothing anywhere else."""

    token: str = attrs.field(default="3bf8d8eb-d96c-41ea-83ad-d78a7016c7da", repr=False)
    rao_username: str = attrs.field(default="1000001", repr=False)
    rao_password: str = attrs.field(default="simulated-password", repr=False)
    rao_pin: str = attrs.field(default="simulated-pin", repr=False)
    billing_username: str = attrs.field(default="simulated-billing", repr=False)
    billing_password: str = attrs.field(default="simulated-billing", repr=False)


@attrs.frozen(kw_only=True)
class StoredToken:
    """The part of an officer's credentials that a token stands for."""

    username: str = attrs.field(repr=False)
    password: str | None = attrs.field(default=None, repr=False)
    pin: str | None = attrs.field(default=None, repr=False)
    env: str = "sandbox"

    def payload(self) -> dict[str, str]:
        """Describe the token: for its secrets, only that it has them."""
        flags = {"password": self.password, "pin": self.pin}
        return {
            "username": self.username,
            **{name: "true" for name, value in flags.items() if value is not None},
            "rao_id": RAO_ID,
            "env": self.env,
        }


class Tokens:
    """The tokens there are, at first the one that every simulator has."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._tokens = {
            accounts.token: StoredToken(
                username=accounts.rao_username,
                password=accounts.rao_password,
                pin=accounts.rao_pin,
            )
        }

    def add(self, body: Mapping[str, object]) -> str:
        """Keep the credentials of a `POST /token` and return the uid for them."""
        token = _stored_token(body)
        self._check(token)
        if token in self._tokens.values():
            raise refusals.token_exists()
        uid = str(uuid.uuid4())
        self._tokens[uid] = token
        return uid

    def get(self, uid: str) -> StoredToken:
        """Return a token that exists."""
        if uid not in self._tokens:
            raise refusals.token_not_found()
        return self._tokens[uid]

    def remove(self, uid: str) -> None:
        """Forget a token that exists."""
        self.get(uid)
        del self._tokens[uid]

    def payload(self) -> dict[str, dict[str, str]]:
        """Describe all tokens by their uid."""
        return {uid: token.payload() for uid, token in self._tokens.items()}

    def check_rao(self, fields: Mapping[str, str]) -> None:
        """Refuse a form whose token and credentials do not make a known officer."""
        given = dict(fields)
        if token := given.get("token"):
            stored = attrs.asdict(self.get(token))
            given |= {name: value for name, value in stored.items() if value}
        for name in ("username", "password", "pin"):
            if not given.get(name):
                raise refusals.missing_parameter(name)
        self._check(_stored_token(given))

    def check_billing(self, fields: Mapping[str, str]) -> None:
        """Refuse a form that names another account than the one there is."""
        password = _decoded(fields["billing_password"])
        given = (fields["billing_username"], password)
        if given != (self._accounts.billing_username, self._accounts.billing_password):
            raise refusals.invalid_billing()

    def is_countersigner(self, fields: Mapping[str, object]) -> bool:
        """Tell whether these are the officer's credentials, which countersign too."""
        accounts = self._accounts
        expected = (accounts.rao_username, accounts.rao_password, accounts.rao_pin)
        return expected == tuple(map(fields.get, ("username", "password", "pin")))

    def _check(self, token: StoredToken) -> None:
        accounts = self._accounts
        if token.username != accounts.rao_username:
            raise refusals.unknown_rao()
        if token.password not in {None, accounts.rao_password}:
            raise refusals.invalid_rao()
        if token.pin not in {None, accounts.rao_pin}:
            raise refusals.invalid_rao()


def _stored_token(body: Mapping[str, object]) -> StoredToken:
    if not body.get("username"):
        raise refusals.missing_required("username")
    return StoredToken(
        username=str(body["username"]),
        password=_text_or_none(body.get("password")),
        pin=_text_or_none(body.get("pin")),
        env=checked_env(str(body.get("env") or "sandbox")),
    )


def checked_env(env: str) -> str:
    """Return the environment if it is one of the two there are."""
    if env not in {"sandbox", "prod"}:
        raise refusals.unknown_env(env)
    return env


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None


def _decoded(password: str) -> str:
    try:
        return base64.b64decode(password, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise refusals.billing_not_base64() from error
