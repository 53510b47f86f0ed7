"""Values of another kind than asked for are refused where they are given."""

import re

import pytest

from oneshot_async import (
    Billing,
    CallbackUrls,
    OneShotClient,
    RaoLogin,
    RaoToken,
    Signer,
)
from oneshot_async.errors import InvalidInputError

PERSON = {
    "given_name": "Given",
    "surname_1": "Surname",
    "id_document_country": "ES",
    "serial_number": "0000000T",
    "email": "someone@example.com",
    "mobile_phone_number": "+34600000000",
}
SECRETS = ["sixteen characters or more"]


def client(**options):
    return OneShotClient("https://optimizer.example", **options)


def signer(**changes):
    return Signer(**{**PERSON, **changes})


OTHER_KINDS = [
    (client, "rao", ["tok", 5, {}, Billing(username="u", password="p")]),
    (client, "billing", ["x", RaoToken("t")]),
    (client, "env", [1, b"sandbox", False]),
    (client, "registration_authority", [1000, 0]),
    (client, "profile", [1, ["p"]]),
    (client, "communication_language", [1]),
    (client, "delivery_method", [1]),
    (client, "inbox", ["memory:", False]),
    (client, "callbacks", ["https://a.example", 0]),
    (client, "timeouts", [30, {}]),
    (client, "retries", [3, 0]),
    (client, "polling", [{}, 5.0]),
    (client, "max_download", [None, "1"]),
    *((signer, field, [None, 5, b"x"]) for field in PERSON),
    (signer, "id_document_type", [None, 1]),
    *((signer, field, [5, False]) for field in ["surname_2", "residence_city"]),
    (RaoToken, "token", [None, 5, b"t"]),
    (lambda **given: RaoToken("t", **given), "password", [5]),
    (lambda **given: RaoLogin(username="u", password="p", **given), "pin", [None, 1]),
    (lambda **given: Billing(username="u", **given), "password", [None, 1]),
]


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [(make, field, value) for make, field, values in OTHER_KINDS for value in values],
)
def test_value_of_another_kind_is_refused(make, field, value):
    """It is told which value is meant, what to give, and what was given instead."""
    kind = "None" if value is None else type(value).__name__
    said = re.compile(rf"{field}: give .+, not {kind}")

    with pytest.raises(InvalidInputError, match=said):
        make(**{field: value})


@pytest.mark.parametrize("url", [None, 5, b"https://optimizer.example"])
@pytest.mark.parametrize("make", [OneShotClient, lambda url: CallbackUrls(url, [])])
def test_url_of_another_kind_is_refused(make, url):
    """What is no URL at all is refused like one that leads nowhere."""
    with pytest.raises(InvalidInputError, match=r"url is no http\(s\) URL"):
        make(url)
