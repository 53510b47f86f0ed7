"""Values of another kind than asked for are refused where they are given."""

import re
from datetime import timedelta

import attrs
import pytest

from oneshot_async import (
    Billing,
    CallbackUrls,
    Inbox,
    OneShotClient,
    Polling,
    RaoLogin,
    RaoToken,
    Retries,
    Signer,
    Timeouts,
)
from oneshot_async.errors import InvalidInputError
from oneshot_async.receiver import (
    AllowList,
    Limits,
    Receiver,
    create_app,
    create_asgi_app,
)
from oneshot_async.simulator import Faults, Simulator, Timings

PERSON = {
    "given_name": "Given",
    "surname_1": "Surname",
    "id_document_country": "ES",
    "serial_number": "0000000T",
    "email": "someone@example.com",
    "mobile_phone_number": "+34600000000",
}
NAN, INFINITE = float("nan"), float("inf")
SECRETS = ["sixteen characters or more"]


def client(**options):
    return OneShotClient("https://optimizer.example", **options)


def signer(**changes):
    return Signer(**{**PERSON, **changes})


def receiver(**options):
    return Receiver(**{"inbox": Inbox(), "secrets": SECRETS, **options})


def mounted(**options):
    urls = CallbackUrls("https://a.example", SECRETS)
    return create_app(**{"inbox": Inbox(), "urls": urls, **options})


def mounted_in_asgi(**options):
    urls = CallbackUrls("https://a.example", SECRETS)
    return create_asgi_app(**{"inbox": Inbox(), "urls": urls, **options})


def urls(**options):
    return CallbackUrls("https://a.example", **{"secrets": SECRETS, **options})


def names(model):
    return [field.name for field in attrs.fields(model)]


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
    *(
        (make, field, values)
        for make in [receiver, mounted, mounted_in_asgi]
        for field, values in [
            ("inbox", [None, "memory:"]),
            ("allow", [["192.0.2.0/24"], "192.0.2.0/24", False]),
            ("limits", [{}, 5, False]),
        ]
    ),
    (mounted, "urls", [None, "https://a.example"]),
    (receiver, "secrets", [None, 5, SECRETS[0], SECRETS[0].encode()]),
    (receiver, "host", [None, 5]),
    (receiver, "ssl_context", [True, "cert.pem"]),
    (Simulator, "host", [None, 5]),
    (Simulator, "timings", [1, {}]),
    (Simulator, "faults", [1, {"lost": 1}]),
    (Simulator, "videoid", [True]),
    (Simulator, "features", [{}]),
    (Simulator, "clock", [5]),
    (Faults, "lost", [None, "1"]),
    (Faults, "next_callback", [1, {}]),
    (Timings, "approval", [None, "1"]),
    (urls, "lifetime", [5, "1"]),
    (urls, "secrets", [None, SECRETS[0]]),
    (AllowList, "networks", [None, 5, "192.0.2.0/24", b"x"]),
    (lambda **given: AllowList(["192.0.2.7"], **given), "trusted_proxies", [None, "1"]),
    *((Polling, field, [None, "5"]) for field in names(Polling)),
    *((Retries, field, [None, "5"]) for field in names(Retries)),
    *((Timeouts, field, [None, "5"]) for field in names(Timeouts)),
    *((Limits, field, [None, "5"]) for field in names(Limits)),
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


OUT_OF_BOUNDS = [
    (receiver, "port", [-1, 70_000, None, "80", 80.0]),
    (Simulator, "port", [-1, 70_000, None, "80", 80.0]),
    (Faults, "lost", [-0.1, 1.1, NAN]),
    (Faults, "late", [-1, NAN, INFINITE]),
    (Faults, "error_shape", ["round", None]),
    (Faults, "document_type_default", ["neither"]),
    (Timings, "issue", [-1, NAN, INFINITE]),
    (urls, "lifetime", [timedelta(0), timedelta(days=-1)]),
    (Retries, "attempts", [0, -1, 1.5]),
    *((Limits, field, [0, -1, 1.5]) for field in names(Limits) if field != "seconds"),
    *((Timeouts, field, [0, -1]) for field in names(Timeouts)),
    *((Polling, field, [0]) for field in ["first", "longest", "per_second"]),
    *(
        (make, field, [-1, NAN, INFINITE])
        for make in [Polling, Retries, Timeouts, Limits]
        for field in names(make)
    ),
]


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [(make, field, value) for make, field, values in OUT_OF_BOUNDS for value in values],
)
def test_value_out_of_bounds_is_refused(make, field, value):
    """It is told which value is meant, and what may be given."""
    with pytest.raises(InvalidInputError, match=f"{field}: give"):
        make(**{field: value})


def test_value_out_of_bounds_is_refused_later_too():
    """What may be changed while it is used is held to the same."""
    faults, timings = Faults(), Timings()

    with pytest.raises(InvalidInputError, match="lost"):
        faults.lost = 2
    with pytest.raises(InvalidInputError, match="next_callback"):
        faults.next_callback = 1
    with pytest.raises(InvalidInputError, match="approval"):
        timings.approval = NAN


@pytest.mark.parametrize("url", [None, 5, b"https://optimizer.example"])
@pytest.mark.parametrize("make", [OneShotClient, lambda url: CallbackUrls(url, [])])
def test_url_of_another_kind_is_refused(make, url):
    """What is no URL at all is refused like one that leads nowhere."""
    with pytest.raises(InvalidInputError, match=r"url is no http\(s\) URL"):
        make(url)


UNTIDY = [
    ("https://user:planted@a.example", "credentials"),
    ("https://planted@a.example", "credentials"),
    ("https://:planted@a.example", "credentials"),
    ("https://a.example?planted=1", "a query or a fragment"),
    ("https://a.example/#planted", "a query or a fragment"),
]


@pytest.mark.parametrize(("url", "has"), UNTIDY)
@pytest.mark.parametrize(
    "make",
    [
        OneShotClient,
        lambda url: CallbackUrls(url, SECRETS),
        lambda url: receiver(public_url=url),
    ],
)
def test_url_with_more_in_it_is_refused(make, url, has):
    """What others are made of holds only where they lead; the rest is not repeated."""
    with pytest.raises(InvalidInputError, match=f"url has {has}") as caught:
        make(url)

    assert "planted" not in str(caught.value)
