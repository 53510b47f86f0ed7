"""Who is let in: decided before a callback's body is read."""

from collections.abc import Sequence

import attrs

from oneshot_async.callback_urls import CallbackUrls, Correlation

from .network import AllowList


@attrs.frozen
class Guard:
    """Admits a callback by where it comes from and the token in its path."""

    urls: CallbackUrls
    allow: AllowList | None = None

    def admit(
        self, token: str, *, peer: str | None, forwarded_for: Sequence[str]
    ) -> Correlation | None:
        """Return the correlation of the URL that was called; None for the fixed one.

        Raises:
            CallbackRejectedError: 404 for a network that is not allowed or a token that
                is not ours.
        """
        if self.allow is not None:
            self.allow.check(peer, forwarded_for)
        return self.urls.verify(token)
