"""What could not be read when it came, read once more."""

import attrs

from oneshot_async._discretion import discreet
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.inbox import Inbox
from oneshot_async.stores import Quarantined

from .parsing import parse_callback


@attrs.frozen(kw_only=True)
class Replayed:
    """How many callbacks left the quarantine, and how many had to stay."""

    delivered: int
    refused: int


@discreet
async def replay(inbox: Inbox) -> Replayed:
    """Deliver every callback in the quarantine that can be read by now.

    What still cannot be read, or belongs to another request than its URL, stays.

    Raises:
        StoreError: the store failed; what was delivered until then is kept.
    """
    found = await inbox.quarantined()
    delivered = [await _delivered(inbox, one) for one in found]
    return Replayed(delivered=sum(delivered), refused=len(found) - sum(delivered))


async def _delivered(inbox: Inbox, quarantined: Quarantined) -> bool:
    try:
        event = parse_callback(quarantined.body, quarantined.correlation)
        await inbox.deliver(event)
    except CallbackRejectedError:
        return False
    await inbox.release(quarantined.number)
    return True
