"""A callback as it comes in, whichever server it comes through."""

from collections.abc import AsyncGenerator, Sequence

import attrs


@attrs.frozen(kw_only=True)
class Incoming:
    """What is known of a callback before its body is read, and how to read that.

    Args:
        token: what stands in its path in place of ``{token}``.
        peer: the address of who is connected; None over a UNIX socket.
        forwarded_for: every ``X-Forwarded-For`` header, in their order.
        encodings: every ``Content-Encoding`` header.
        length: how long the body is said to be; 0 if nothing is said.
        whole: the body, if all of it is there already.
        pieces: the body; it ends with a `CallbackRejectedError` if it breaks off.
    """

    token: str = attrs.field(repr=False)
    peer: str | None
    forwarded_for: Sequence[str]
    encodings: Sequence[str]
    length: int
    whole: bytes | None = attrs.field(default=None, repr=False)
    pieces: AsyncGenerator[bytes, None]
