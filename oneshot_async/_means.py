"""What a client lends to the flows that it begins."""

import attrs

from ._polling import Polling
from .inbox import Inbox
from .resources import Documents, Requests, VideoIds


@attrs.frozen(kw_only=True)
class Means:
    """The operations a flow needs, and how it waits; without an inbox it only polls."""

    requests: Requests
    documents: Documents
    videoid: VideoIds
    polling: Polling
    inbox: Inbox | None

    def deaf(self) -> "Means":
        """Return the same for a flow that no callbacks are to be expected for."""
        return attrs.evolve(self, inbox=None)
