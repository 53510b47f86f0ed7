"""What a client lends to the flows that it begins."""

import logging
from typing import Self

import attrs

from ._checks import check_kind
from ._looks import Looks, Turns
from ._polling import Polling
from .callback_urls import CallbackUrls
from .errors import InboxClosedError, InboxError, InvalidInputError
from .inbox import Inbox
from .models.signing_state import SigningState
from .resources import Documents, Requests, VideoIds

_log = logging.getLogger("oneshot_async.client")


def _looks(means: "Means") -> Looks:
    return Looks(means.requests.get, Turns(means.polling.per_second))


def check_callbacks(callbacks: CallbackUrls | None, inbox: Inbox | None) -> None:
    """Refuse what mints no callback URLs, or what nobody would hear of.

    Raises:
        InvalidInputError: it is something else, or there is no inbox.
    """
    check_kind(callbacks, CallbackUrls | None, "callbacks", "a receiver's `urls`")
    if callbacks is not None and inbox is None:
        raise InvalidInputError("callbacks needs the inbox they are delivered to")


@attrs.frozen
class Means:
    """The operations a flow needs, and how it waits; without an inbox it only polls."""

    requests: Requests
    documents: Documents
    videoid: VideoIds
    polling: Polling
    inbox: Inbox | None
    looks: Looks = attrs.field(default=attrs.Factory(_looks, takes_self=True))

    @classmethod
    def of(
        cls,
        requests: Requests,
        documents: Documents,
        videoid: VideoIds,
        polling: Polling | None,
        inbox: Inbox | None,
    ) -> Self:
        """Make them of what a client was given.

        Raises:
            InvalidInputError: it is something else.
        """
        waiting = Polling() if polling is None else polling
        check_kind(waiting, Polling, "polling", "a Polling")
        check_kind(inbox, Inbox | None, "inbox", "an Inbox")
        return cls(requests, documents, videoid, waiting, inbox)

    def check_inbox(self) -> None:
        """Find out whether callbacks can be heard, before anything is paid for.

        Raises:
            InboxClosedError: there is an inbox, and it is not open.
        """
        if self.inbox is not None and not self.inbox.is_open:
            raise InboxClosedError("the inbox is not open: use it with `async with`")

    async def lent_to(self, state: SigningState) -> "Means":
        """Return what a signing is lent: without an inbox if no callbacks will come."""
        await self._bind(state)
        return self if state.useasync else attrs.evolve(self, inbox=None)

    async def _bind(self, state: SigningState) -> None:
        """Tell the inbox whose correlation it is, as far as the inbox can take it.

        Without that some callbacks wake nobody; what was paid for must not end of it.
        """
        if self.inbox is None or state.bound_to is None or state.request_pk is None:
            return
        try:
            await self.inbox.bind(state.bound_to, state.request_pk)
        except InboxError as error:
            fields = {"request_pk": state.request_pk, "correlation": state.bound_to}
            words = "request %d: not bound: %s"
            _log.warning(words, state.request_pk, error, extra=fields)
