"""How much of the receiver a single caller, and all of them, may use."""

import attrs

from oneshot_async.errors import InvalidInputError


@attrs.frozen(kw_only=True)
class Limits:
    """What callers may use of the receiver; a real callback needs far less.

    Args:
        body: the largest body in bytes; a real one has a few hundred.
        seconds: how long each of these may take: the TLS handshake, the head of a
            request, its body, taking its answer, and the silence until the next one.
        connections: how many may be open at a time; who comes later is hung up on.
            Handshakes under way are not counted.
        line: the longest request line and the longest header, in bytes.
        headers: how many headers a request may have.
    """

    body: int = 64 * 1024
    seconds: float = 10.0
    connections: int = 500
    line: int = 4096
    headers: int = 64

    def __attrs_post_init__(self) -> None:
        for name, value in attrs.asdict(self).items():
            if value <= 0:
                raise InvalidInputError(f"{name} must be more than 0")
