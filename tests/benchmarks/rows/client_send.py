"""What it costs a client to create a request with images, and to sign."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Measurement, per

_SENDING = {
    "create (multipart with three images of 60 KiB)": ("create", 200),
    "sign (JSON)": ("sign", 500),
}


def measure(arena: Arena) -> Iterator[Measurement]:
    """Create, then sign."""
    server = arena.start("servers:everything")
    url = server.work()["url"]
    for words, (name, number) in _SENDING.items():
        count = arena.some(number)
        contenders = {
            "aiohttp": arena.start(f"senders:aiohttp_{name}", url),
            OURS: arena.start(f"senders:oneshot_{name}", url),
        }
        replies = arena.in_turn(
            {who: partial(one.work, count=count) for who, one in contenders.items()}
        )
        one = Measurement(
            f"client: CPU per {words}",
            "µs",
            per(replies, "cpu", 1e6 / count),
            baseline="aiohttp",
            busy=arena.busy,
        )
        one.at_most(1.15)
        yield one
