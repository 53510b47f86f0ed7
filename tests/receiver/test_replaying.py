"""replay: what could not be read when it came, read once more."""

from oneshot_async.callback_urls import Correlation
from oneshot_async.receiver import Replayed, replay

GOOD = b'{"event_type": "REQUEST_CREATED", "request": {"status": "CREATED", "pk": 7}}'
NAMELESS = b'{"request": {"status": "ISSUED"}}'
C1, C2 = Correlation("first"), Correlation("second")


async def test_what_can_be_read_by_now_is_delivered(inbox):
    """It leaves the quarantine for the inbox, with the correlation it came with."""
    await inbox.quarantine(GOOD, "an older version did not understand it", C1)
    await inbox.quarantine(b"no event", "no JSON object", None)

    assert await replay(inbox) == Replayed(delivered=1, refused=1)

    (event,) = await inbox.history(7)
    assert (event.status, event.correlation) == ("CREATED", C1)
    assert [one.body for one in await inbox.quarantined()] == [b"no event"]


async def test_replay_can_be_repeated(inbox):
    """What is kept already is a duplicate, and leaves the quarantine too."""
    for _ in range(2):
        await inbox.quarantine(GOOD, "reason", None)

    assert await replay(inbox) == Replayed(delivered=2, refused=0)
    assert await replay(inbox) == Replayed(delivered=0, refused=0)
    assert len(await inbox.history()) == 1


async def test_contradiction_stays_aside(inbox):
    """A pk that is not the one of its URL is refused again."""
    await inbox.bind(C2, 8)
    await inbox.quarantine(GOOD, "its pk belongs to another callback URL", C2)

    assert await replay(inbox) == Replayed(delivered=0, refused=1)
    assert await inbox.history() == []


async def test_nameless_event_finds_its_request(inbox):
    """A callback without a pk is found under the pk its correlation is bound to."""
    await inbox.bind(C1, 7)
    await inbox.quarantine(NAMELESS, "reason", C1)

    await replay(inbox)

    assert [event.status for event in await inbox.history(7)] == ["ISSUED"]
