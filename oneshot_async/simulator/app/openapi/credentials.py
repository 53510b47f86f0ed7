"""The accounts that calls name, and an example of each that is accepted."""

import base64

from oneshot_async.simulator import refusals
from oneshot_async.simulator.accounts import RAO_ID, Accounts

from .schemas import choice, text

_ACCOUNTS = Accounts()

ENV = choice("sandbox", "prod")
OFFICER = {
    "token": text("The uid that stands for the three that follow."),
    "username": text("The registration officer's user name."),
    "password": text("The registration officer's password.", format="password"),
    "pin": text("The registration officer's PIN.", format="password"),
}
BILLING = {
    "billing_username": text("The account that is charged."),
    "billing_password": text("Its password in base64.", format="byte"),
}
CONTACT = {
    "email": text("Where the person is written to.", format="email"),
    "mobile_phone_number": text(
        "With the international prefix, as in +34600000000.",
        pattern=r"^\+[0-9 ]{6,20}$",
    ),
}
AUTHORITY = {
    "registration_authority": text(
        "The number of the registration authority.", minLength=1
    ),
    "profile": text("The certificate profile; there is no list of them.", minLength=1),
}

EXAMPLE_TOKEN = {"token": _ACCOUNTS.token}
EXAMPLE_RAO = {**EXAMPLE_TOKEN, "rao": RAO_ID}
EXAMPLE_LOGIN = {
    "username": _ACCOUNTS.rao_username,
    "password": _ACCOUNTS.rao_password,
    "pin": _ACCOUNTS.rao_pin,
}
EXAMPLE_CONTRACTOR = {
    "email": "someone@example.com",
    "mobile_phone_number": "+34600000000",
    "registration_authority": "3",
    "profile": "PFnubeQAFCiudadano",
    "env": "sandbox",
    "billing_username": _ACCOUNTS.billing_username,
    "billing_password": base64.b64encode(_ACCOUNTS.billing_password.encode()).decode(),
}

OFFICER_REFUSALS = (
    refusals.invalid_rao(),
    refusals.unknown_rao(),
    refusals.token_not_found(),
    refusals.missing_parameter("username"),
)
BILLING_REFUSALS = (refusals.billing_not_base64(), refusals.invalid_billing())
CONTACT_REFUSALS = (
    refusals.missing_env(),
    refusals.unknown_env("moon"),
    refusals.missing_prefix(),
    refusals.invalid_email(),
)
