"""Secrets are not written into pickles, and everything else that has none still is."""

import copy
import pickle

import pytest

from oneshot_async import (
    Billing,
    CallbackUrls,
    Countersignature,
    CreatedToken,
    CreatedVideoId,
    Inbox,
    OneShotClient,
    RaoLogin,
    RaoToken,
    RequestSecrets,
    Settings,
)
from oneshot_async.errors import ApiError, LocalFileError, WaitTimeoutError
from oneshot_async.models import CallbackEvent
from oneshot_async.receiver import Receiver

URLS = CallbackUrls("http://localhost", ["sixteen characters or more"])
SECRETS = [
    RaoToken("t"),
    RaoLogin(username="u", password="p", pin="1"),
    Billing(username="u", password="p"),
    Countersignature(username="u", password="p", pin="1"),
    RequestSecrets(puk="1"),
    CreatedToken(token_uid="t"),
    CreatedVideoId(videoid_pk=1, request_pk=2, videoid_link="https://example.com"),
    Settings(billing={"billing_password": "p"}),
    URLS,
    URLS.mint(),
]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: type(secret).__name__)
def test_secret_is_not_pickled(secret):
    """Whoever pickles a secret is told so, and nothing of it is written."""
    with pytest.raises(TypeError, match=f"{type(secret).__name__} holds secrets"):
        pickle.dumps(secret)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: type(secret).__name__)
def test_secret_can_be_copied(secret):
    """A copy stays in this process, and is the value itself."""
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret]) == [secret]


@pytest.mark.parametrize(
    "make",
    [
        lambda: OneShotClient("http://localhost", rao=RaoToken("planted")),
        lambda: OneShotClient("http://localhost").requests,
        lambda: Inbox("postgresql://user:planted@localhost/database"),
        lambda: Receiver(Inbox(), secrets=["sixteen characters or more"]),
    ],
    ids=["credentials", "requests", "inbox", "receiver"],
)
def test_what_acts_is_not_pickled(make):
    """What would take credentials, a password or a key along is not pickled either."""
    with pytest.raises(TypeError, match="holds secrets"):
        pickle.dumps(make())


@pytest.mark.parametrize(
    "value",
    [
        ApiError("no", status=400, details={"a": 1}),
        LocalFileError("no"),
        WaitTimeoutError("late", request_pk=7),
        CallbackEvent(status="ISSUED", pk=7),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_secret_is_pickled(value):
    """An error or a callback comes out of a pickle as it went in."""
    again = pickle.loads(pickle.dumps(value))  # noqa: S301  # its own

    assert str(again) == str(value)
    if isinstance(value, Exception):
        assert vars(again) == vars(value)
