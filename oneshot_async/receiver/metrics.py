"""Metrics for Prometheus: what becomes of callbacks, who waits, how long it takes."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from yarl import URL

from oneshot_async._checks import cannot_listen
from oneshot_async._extras import needing
from oneshot_async.errors import InvalidInputError
from oneshot_async.observing import OUTCOMES, Observer

with needing("metrics", "metrics"):
    from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
    from prometheus_client.aiohttp import make_aiohttp_handler

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics(Observer):
    """Counts and times for Prometheus, of the inboxes it is given to.

    - ``oneshot_callbacks_total``, by ``outcome``: one of `observing.OUTCOMES`
    - ``oneshot_waiting``: how many wait for a callback in this process
    - ``oneshot_wake_seconds``: from an event being kept until who waits goes on
    - ``oneshot_store_seconds``: how long the store takes to keep an event, or to fail

    No label has anything of a request or a person in it.

    Args:
        registry: where they are registered; by default where every other metric of the
            process is, and your service shows them with its own.

    Raises:
        InvalidInputError: the registry has such metrics already.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._registry = registry
        self._callbacks = _counter(registry)
        for outcome in OUTCOMES:  # there from the start, so that a first one is a rise
            self._callbacks.labels(outcome)
        self._waiting = Gauge(
            "oneshot_waiting", "How many wait for a callback.", registry=registry
        )
        self._wake = Histogram(
            "oneshot_wake_seconds",
            "From an event being kept until who waits goes on.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._store = Histogram(
            "oneshot_store_seconds",
            "How long the store takes to keep an event, or to fail.",
            buckets=_SECONDS,
            registry=registry,
        )

    def received(self, outcome: str) -> None:
        """Count what became of a callback."""
        self._callbacks.labels(outcome).inc()

    def stored(self, seconds: float) -> None:
        """Note how long the store took."""
        self._store.observe(seconds)

    def waits(self, wait: object) -> None:
        """Count who waits."""
        self._waiting.inc()

    def waited(self, wait: object) -> None:
        """Count who does not wait any more."""
        self._waiting.dec()

    def woken(self, wait: object, seconds: float) -> None:
        """Note how long an event was on its way."""
        self._wake.observe(seconds)

    @asynccontextmanager
    async def serving(
        self, *, host: str = "127.0.0.1", port: int = 0
    ) -> AsyncGenerator[str, None]:
        """Serve ``GET /metrics`` while the block runs, and give its URL.

        On an address of its own, apart from what the world may call.

        Raises:
            InvalidInputError: it cannot listen there.
        """
        app = web.Application()
        app.router.add_get("/metrics", make_aiohttp_handler(self._registry))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await _listen(runner, host, port)
            port = runner.addresses[0][1]
            yield str(URL.build(scheme="http", host=host, port=port, path="/metrics"))


def _counter(registry: CollectorRegistry) -> Counter:
    try:
        return Counter(
            "oneshot_callbacks",
            "Callbacks that came in, by what became of them.",
            ["outcome"],
            registry=registry,
        )
    except ValueError:
        raise InvalidInputError(
            "registry has these metrics already: give one `Metrics` to all inboxes, or "
            "each a `CollectorRegistry` of its own"
        ) from None


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise cannot_listen(error, host, port, "metrics") from error
