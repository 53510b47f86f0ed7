"""Who is let in: decided before a callback's body is read."""

from collections.abc import Sequence

import attrs

from oneshot_async.callback_urls import CallbackUrls, Correlation
from oneshot_async.errors import CallbackRejectedError

from .network import AllowList

MAX_BODY = 64 * 1024
"""The largest callback body in bytes; a real one has a few hundred."""


@attrs.frozen
class Guard:
    """Admits a callback by the token in its path and its announced size."""

    urls: CallbackUrls
    allow: AllowList | None = None

    def admit(
        self,
        token: str,
        announced: int | None,
        *,
        peer: str | None,
        forwarded_for: Sequence[str],
    ) -> Correlation | None:
        """Return the correlation of the URL that was called; None for the fixed one.

        Raises:
            CallbackRejectedError: 404 for a network that is not allowed or a token that
                is not ours, 413 for a size beyond `MAX_BODY`.
        """
        if self.allow is not None:
            self.allow.check(peer, forwarded_for)
        correlation = self.urls.verify(token)
        self.check_size(announced or 0)
        return correlation

    def check_size(self, size: int) -> None:
        """Refuse a body larger than `MAX_BODY` (413)."""
        if size > MAX_BODY:
            raise CallbackRejectedError("the body is too large", status=413)
