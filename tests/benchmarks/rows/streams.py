"""What it takes to send and to fetch a large file."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Measurement, Reply, per

_MIB = 1024 * 1024
_SMALL = 64 * 1024


def measure(arena: Arena) -> Iterator[Measurement]:
    """Upload, then download."""
    server = arena.start("servers:files")
    url = server.work()["url"]
    size = arena.some(512) * _MIB
    for way in ("upload", "download"):

        def turn(target: str) -> Reply:
            # In a fresh process: memory that was used once is not new a second time.
            contender = arena.start(target, url)
            contender.work(size=_SMALL)
            reply = contender.work(size=size)
            contender.close()
            return reply

        replies = arena.in_turn(
            {
                "aiohttp": partial(turn, f"streams:aiohttp_{way}"),
                OURS: partial(turn, f"streams:oneshot_{way}"),
            }
        )
        yield from _measurements(f"{way} of {size // _MIB} MiB", replies, arena)


def _measurements(
    title: str, replies: dict[str, list[Reply]], arena: Arena
) -> Iterator[Measurement]:
    extra = Measurement(
        f"{title}: extra memory",
        "MiB",
        per(replies, "extra", 1 / _MIB),
        baseline="aiohttp",
        busy=arena.busy,
    )
    extra.below(4)
    yield extra
    for reply in (reply for found in replies.values() for reply in found):
        reply["throughput"] = reply["size"] / reply["wall"]
    throughput = Measurement(
        f"{title}: throughput",
        "MiB/s",
        per(replies, "throughput", 1 / _MIB),
        baseline="aiohttp",
        busy=arena.busy,
    )
    throughput.at_least(0.9)
    yield throughput
