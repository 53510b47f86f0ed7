"""What `doctor` looks at: each check says what it found and what to do."""

import ssl
from datetime import UTC, datetime, timedelta

import attrs

from oneshot_async._probes import Answered, certificate_end, greet, post
from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.client import OneShotClient
from oneshot_async.errors import CredentialsError, NotFoundError, TransportError
from oneshot_async.inbox import Inbox
from oneshot_async.models.credentials import RaoToken
from oneshot_async.models.tokens import Token

from .verdicts import Verdict, failed, failed_by, ok, skipped

_SKEW = timedelta(seconds=30)
_SOON = timedelta(days=14)
_NEVER = timedelta(days=36500)
_LOOPBACK = ("http://127.", "http://localhost", "http://[::1]")


@attrs.define(kw_only=True)
class OptimizerChecks:
    """Looks at an Optimizer: is it there, who is it, what time does it have?"""

    url: str
    rao: RaoToken | None = attrs.field(repr=False)
    context: ssl.SSLContext | None
    _answered: Answered | None = None

    async def reached(self) -> Verdict:
        """Tell whether anything answers there like an Optimizer."""
        self._answered = answered = await greet(self.url, context=self.context)
        told = f"answers ({answered.status}) in {answered.seconds:.2f} s"
        if answered.status >= 500:
            return failed(told, "See whether the Optimizer behind its proxy runs.")
        if answered.status in range(300, 400):
            return failed(told, "It redirects: give the URL that it redirects to.")
        return ok(told)

    async def tls(self) -> Verdict:
        """Tell whether it proves who it is, and for how long it still can."""
        if self.url.startswith(_LOOPBACK):
            return skipped("plain HTTP, on this machine")
        if not self.url.startswith("https:"):
            advice = "Credentials and documents pass in the clear: give an https URL."
            return failed("plain HTTP", advice)
        end = await certificate_end(self.url, context=self.context)
        told = f"the certificate is trusted and valid until {end:%Y-%m-%d}"
        if end - datetime.now(UTC) < _SOON:
            return failed(told, "Renew it before it expires.")
        return ok(told)

    async def token(self) -> Verdict:
        """Tell whether it knows the token."""
        if self.rao is None:
            return skipped("no token to look up", "Set ONESHOT_TOKEN.")
        advice = "Make a token with `client.tokens.create()`, and set ONESHOT_TOKEN."
        async with OneShotClient(self.url, ssl=self.context) as client:
            try:
                token = await client.tokens.get(self.rao.token)
            except (NotFoundError, CredentialsError) as error:
                return failed(f"not accepted ({error.status})", advice)
        if missing := _missing(token, self.rao):
            variables = " and ".join(f"ONESHOT_{name.upper()}" for name in missing)
            told = f"known, without its {' and '.join(missing)}"
            return failed(told, f"Set {variables}.")
        return ok(f"known, for {token.env}" if token.env else "known")

    async def clock(self) -> Verdict:
        """Tell whether both clocks say the same."""
        if self._answered is None or self._answered.date is None:
            return skipped("the Optimizer tells no time")
        # It answered somewhere in between, and tells whole seconds.
        middle = self._answered.asked + timedelta(seconds=self._answered.seconds / 2)
        ahead = (middle - self._answered.date).total_seconds()
        where = "ahead of" if ahead > 0 else "behind"
        told = f"this one is {abs(ahead):.0f} s {where} the Optimizer's"
        if abs(ahead) > _SKEW.total_seconds():
            return failed(told, "Set the clock that is wrong, by NTP.")
        return ok(told)


def _missing(token: Token, given: RaoToken) -> list[str]:
    """Return which secrets are neither stored with a token nor given.

    An Optimizer that tells of one of them tells of all that it has.
    """
    stored = {"password": token.password, "pin": token.pin}
    if set(stored.values()) == {None}:
        return []
    return [
        name
        for name, is_stored in stored.items()
        if not (is_stored or getattr(given, name))
    ]


async def callback_url_reached(
    public_url: str, secrets: list[str], context: ssl.SSLContext | None
) -> Verdict:
    """Tell whether callback URLs lead to a receiver that knows the secrets.

    Nothing is delivered: a body with nothing in it is refused, by who knows the URL.
    """
    urls = CallbackUrls(public_url, secrets)
    minted = urls.mint(Correlation("doctor")).url
    stranger = CallbackUrls(public_url, ["x" * 32]).mint(Correlation("doctor")).url
    try:
        right = (await post(minted, b"", context=context)).status
        wrong = (await post(stranger, b"", context=context)).status
    except TransportError as error:
        return failed_by(error, "See that the public URL leads to the receiver.")
    told = f"a right URL is answered with {right}, a wrong one with {wrong}"
    if (right, wrong) == (400, 404):
        return ok(told)
    if right == 404:
        advice = "Another path, or other secrets: compare ONESHOT_CALLBACK_SECRETS."
    else:
        advice = "Something else answers there: see what the public URL leads to."
    return failed(told, advice)


async def inbox_is_writable(inbox: Inbox) -> Verdict:
    """Tell whether the inbox can be opened, read, and written to."""
    async with inbox:
        kept = await inbox.last()
        await inbox.prune(_NEVER)
    return ok(f"can be read and written; {kept} callbacks came so far")
