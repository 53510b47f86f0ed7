"""A listener that is killed or stopped under load: what it acknowledged is kept."""

import os

import pytest

KILLS = int(os.environ.get("CHAOS_LISTEN_KILLS", "8"))

pytestmark = pytest.mark.timeout(60 + KILLS * 10)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'inbox.db'}"


async def test_acknowledged_callbacks_outlive_kills(
    url, listen, calling, check, draw, figure
):
    """However often it is killed, what got a 204 is in the inbox, once."""
    listener = await listen(url)
    async with calling(listener) as calls:
        for _ in range(KILLS):
            await calls.reach(draw.randrange(10, 100))
            await listener.kill()
            await listener.start()
        await calls.reach(10)

    kept = await check(url, calls)
    figure(f"{KILLS} kills", f"{calls.answers}, {len(kept)} kept")
