"""What a small GET costs a client."""

from collections.abc import Iterator
from functools import partial

from harness import OURS, Arena, Measurement, per

_CONTENDERS = {
    "aiohttp": "clients:bare_aiohttp",
    OURS: "clients:oneshot",
    "slack_sdk": "clients:slack_sdk",
    "gidgethub": "clients:gidgethub",
    "stripe": "clients:stripe",
    "httpx": "clients:httpx",
    "generated": "clients:generated",
}


def measure(arena: Arena) -> Iterator[Measurement]:
    """One after another, then 20 at once."""
    server = arena.start("servers:requests")
    url = server.work()["url"]
    clients = {name: arena.start(made, url) for name, made in _CONTENDERS.items()}
    for at_once, words in ((1, "one after another"), (20, "20 at once")):
        count = arena.some(1000)
        server.work()
        turns = {
            name: partial(client.work, count=count, at_once=at_once)
            for name, client in clients.items()
        }
        replies = arena.in_turn(turns)
        connections = server.work()["connections"]
        if connections > count:
            raise AssertionError(f"{connections} connections: somebody keeps none")
        one = Measurement(
            f"client: CPU per small GET, {words}",
            "µs",
            per(replies, "cpu", 1e6 / count),
            baseline="aiohttp",
            busy=arena.busy,
        )
        one.at_most(1.15)
        one.less_than_all(*(set(_CONTENDERS) - {OURS, "aiohttp"}))
        yield one
