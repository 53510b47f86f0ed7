"""Callback URLs that carry their own proof: the client mints, the receiver verifies.

One-Shot signs nothing and may leave out the request's pk. So every request gets a URL
of its own, ``…/callbacks/<correlation>.<mac>``: whoever knows the secrets can verify it
without any state, and the correlation tells which request a callback is about.
"""

import base64
import hmac
import re
import secrets as randomness
from collections.abc import Iterable
from datetime import timedelta
from time import time
from typing import NewType

import attrs

from ._checks import check_kind, check_list, http_url
from ._discretion import discreet
from ._secrecy import Secret
from ._texts import check_text
from .errors import CallbackRejectedError, InvalidInputError

Correlation = NewType("Correlation", str)
"""128 random bits that name one request in its callback URL, before it has a pk."""

_FIXED = "fixed"
_UNTIL = "~"
_CORRELATION_BYTES = 16
_SHORTEST_SECRET = 16
_LONGEST_TOKEN = 128
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)


@attrs.frozen(kw_only=True)
class CallbackUrl(Secret):
    """One minted callback URL and the correlation inside it."""

    url: str = attrs.field(repr=False)
    correlation: Correlation


@discreet
class CallbackUrls(Secret):
    """Mints callback URLs under a public URL, and verifies the tokens in them.

    Args:
        public_url: the URL, as One-Shot can reach it, under which the receiver is
            mounted; ``/callbacks/<token>`` is appended.
        secrets: at least one secret of 16 characters or more. The first one mints, all
            of them verify: to rotate, put the new one in front and drop the old one
            when its requests have ended.
        lifetime: how long a minted URL is taken; by default for ever. Later than that
            nobody is told of anything: a Video ID may need weeks. The fixed URL does
            not expire.
    """

    def __init__(
        self,
        public_url: str,
        secrets: Iterable[str],
        *,
        lifetime: timedelta | None = None,
    ) -> None:
        check_kind(lifetime, timedelta | None, "lifetime", "a timedelta")
        if lifetime is not None and lifetime <= timedelta(0):
            raise InvalidInputError("lifetime: give more than 0, or no URL is taken")
        self._base = http_url(public_url, "public_url")
        self._lifetime = lifetime
        self._secrets = tuple(secret.encode() for secret in usable(secrets))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._base)!r})"

    def mint(self, correlation: Correlation | None = None) -> CallbackUrl:
        """Make the callback URL of one request, with a fresh correlation.

        Raises:
            InvalidInputError: the correlation given is none that can be verified.
        """
        chosen = correlation or new_correlation()
        if chosen == _FIXED or not _NAME.fullmatch(chosen):
            raise InvalidInputError("correlation: give 1 to 64 letters, digits, - or _")
        if chosen.isdecimal():
            raise InvalidInputError("correlation: digits alone would pass for a pk")
        name: str = chosen
        if self._lifetime is not None:
            name = f"{chosen}{_UNTIL}{time() + self._lifetime.total_seconds():.0f}"
        return CallbackUrl(url=self._url(name), correlation=chosen)

    def fixed(self) -> str:
        """Return the one secret URL to configure at a registration authority."""
        return self._url(_FIXED)

    def verify(self, token: str) -> Correlation | None:
        """Return the correlation in a token, or None for the fixed URL.

        Raises:
            CallbackRejectedError: none of the secrets made this token, or its time is
                over (status 404).
        """
        name, _, mac = token.encode("utf-8", "replace")[:_LONGEST_TOKEN].partition(b".")
        # Every secret is tried in full, so that time does not tell which one came near.
        matches = [
            hmac.compare_digest(_mac(secret, name), mac) for secret in self._secrets
        ]
        if not any(matches):
            raise _refusal("unknown")
        text, _, until = name.decode("ascii").partition(_UNTIL)
        if until and time() > int(until):
            raise _refusal("expired")
        return None if text == _FIXED else Correlation(text)

    def _url(self, name: str) -> str:
        mac = _mac(self._secrets[0], name.encode("ascii")).decode("ascii")
        return str(self._base / "callbacks" / f"{name}.{mac}")


def _refusal(what: str) -> CallbackRejectedError:
    return CallbackRejectedError(
        f"{what} callback URL", status=404, reason=f"{what}_url"
    )


def new_correlation() -> Correlation:
    """Return 128 fresh random bits as URL-safe text."""
    return Correlation(randomness.token_urlsafe(_CORRELATION_BYTES))


def _mac(secret: bytes, name: bytes) -> bytes:
    digest = hmac.digest(secret, b"oneshot-async callback " + name, "sha256")
    return base64.urlsafe_b64encode(digest[:_CORRELATION_BYTES]).rstrip(b"=")


def usable(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return secrets that can be used.

    Raises:
        InvalidInputError: there are none, or one is too short.
    """
    check_list(secrets, "secrets")
    given = tuple(secrets)
    if not given:
        raise InvalidInputError("secrets is empty: give at least one")
    for secret in given:
        check_text(secret, "a callback secret")
        if len(secret) < _SHORTEST_SECRET:
            raise InvalidInputError(
                f"a callback secret is shorter than {_SHORTEST_SECRET} characters: "
                "make one with `python -c 'import secrets; print(secrets.token_hex())'`"
            )
    return given
