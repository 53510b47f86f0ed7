"""How many whole signings a client carries out."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Contender, Measurement, Reply, per

_BY_HAND = "aiohttp, by hand"
_IN_FLIGHT = 500


def measure(arena: Arena) -> Iterator[Measurement]:
    """500 signings in flight, each with its two callbacks."""
    server = arena.start("servers:everything")
    url = server.work()["url"]
    at_once = arena.some(_IN_FLIGHT)
    count = 2 * at_once
    clients = {
        _BY_HAND: arena.start("flows:by_hand", url),
        OURS: arena.start("flows:oneshot", url),
    }

    def turn(client: Contender) -> Reply:
        server.work()
        reply = client.work(count=count, at_once=at_once)
        reply["answered"] = server.work()["answered"]
        return {**reply, "per_second": count / reply["wall"]}

    replies = arena.in_turn({name: partial(turn, one) for name, one in clients.items()})
    numbers = {reply["answered"] for found in replies.values() for reply in found}
    if len(numbers) != 1:
        raise AssertionError(f"they did not send as many requests: {numbers}")
    rate = Measurement(
        f"flows: signings per second, {at_once} in flight",
        "1/s",
        per(replies, "per_second", 1.0),
        baseline=_BY_HAND,
        busy=arena.busy,
    )
    rate.at_least(0.8)
    yield rate
    cpu = Measurement(
        f"flows: CPU per signing, {at_once} in flight",
        "ms",
        per(replies, "cpu", 1e3 / count),
        baseline=_BY_HAND,
        busy=arena.busy,
    )
    cpu.at_most(1 / 0.8)
    yield cpu
