"""Secrets: from the environment, or asked for without showing them; never options."""

import os
import secrets

from oneshot_async.models.credentials import Billing, Rao, RaoLogin, RaoToken

from .prompt import answer

_CALLBACK_SECRETS = "ONESHOT_CALLBACK_SECRETS"


def rao() -> Rao:
    """Return who approves requests: a token, or else a user name and its secrets."""
    username = os.environ.get("ONESHOT_USERNAME")
    if username and not os.environ.get("ONESHOT_TOKEN"):
        return RaoLogin(
            username=username,
            password=_secret("ONESHOT_PASSWORD", "RAO password"),
            pin=_secret("ONESHOT_PIN", "RAO PIN"),
        )
    return RaoToken(
        _secret("ONESHOT_TOKEN", "RAO token"),
        password=os.environ.get("ONESHOT_PASSWORD") or None,
        pin=os.environ.get("ONESHOT_PIN") or None,
    )


def token_or_none() -> RaoToken | None:
    """Return the token, if there is one; nobody is asked."""
    token = os.environ.get("ONESHOT_TOKEN")
    if not token:
        return None
    password, pin = (os.environ.get(f"ONESHOT_{name}") for name in ("PASSWORD", "PIN"))
    return RaoToken(token, password=password or None, pin=pin or None)


def billing() -> Billing | None:
    """Return who pays, or None where the Optimizer's settings say so."""
    username = os.environ.get("ONESHOT_BILLING_USERNAME")
    if username is None:
        label = "Billing user (empty if the Optimizer knows)"
        username = answer(label, "ONESHOT_BILLING_USERNAME", default="")
    if not username:
        return None
    password = _secret("ONESHOT_BILLING_PASSWORD", "Billing password")
    return Billing(username=username, password=password)


def callback_secrets() -> tuple[list[str], bool]:
    """Return the secrets of callback URLs, and whether they were made up just now."""
    given = os.environ.get(_CALLBACK_SECRETS, "").split(",")
    found = [secret.strip() for secret in given if secret.strip()]
    return (found, False) if found else ([secrets.token_hex()], True)


def _secret(variable: str, label: str) -> str:
    found = os.environ.get(variable)
    return found or answer(f"{label} ({variable})", variable, is_secret=True)
