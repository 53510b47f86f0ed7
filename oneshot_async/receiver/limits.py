"""How much of the receiver a single caller, and all of them, may use."""

import attrs

from oneshot_async._checks import at_least_one, positive


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

    body: int = attrs.field(default=64 * 1024, validator=at_least_one)
    seconds: float = attrs.field(default=10.0, validator=positive)
    connections: int = attrs.field(default=500, validator=at_least_one)
    line: int = attrs.field(default=4096, validator=at_least_one)
    headers: int = attrs.field(default=64, validator=at_least_one)
