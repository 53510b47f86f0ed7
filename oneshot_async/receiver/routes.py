"""Which request is for what, whichever server it comes through."""

import re
from collections.abc import Awaitable, Callable

import attrs

from .incoming import Incoming
from .reception import Reception

_CALLBACK = re.compile(r"/callbacks/([^/]+)", re.DOTALL)
_HEALTH = {"/healthz", "/readyz"}


@attrs.frozen
class Routes:
    """Serves callbacks and, if that is wanted, health; nothing else is there."""

    reception: Reception
    health: bool

    def serve(
        self, method: str, path: str, incoming: Callable[[str], Incoming]
    ) -> Awaitable[int]:
        """Do what a request asks for, and return the status to answer with.

        Args:
            path: decoded, and without what the application is mounted under.
            incoming: makes a callback of the token in its path.
        """
        # What is awaited is the reception itself: nothing stands in between.
        if found := _CALLBACK.fullmatch(path):
            if method == "POST":
                return self.reception.take(incoming(found[1]))
            return _always(405)
        if self.health and path in _HEALTH and method in {"GET", "HEAD"}:
            ready = self.reception.readiness
            return ready.status() if path == "/readyz" else _always(200)
        return _always(404)


async def _always(status: int) -> int:
    return status
