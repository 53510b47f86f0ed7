"""A database server that is killed under a listener, which stays."""

import os

import pytest

CRASHES = int(os.environ.get("CHAOS_DATABASE_KILLS", "2"))

pytestmark = pytest.mark.timeout(60 + CRASHES * 15)


async def test_crashed_database_loses_nothing_that_was_acknowledged(
    postgres_url, listen, calling, crash, check, draw, figure
):
    """While it is away callbacks get 503; when it is back, 204, with no restart."""
    kill, restart = crash
    listener = await listen(postgres_url)
    async with calling(listener) as calls:
        for _ in range(CRASHES):
            await calls.reach(draw.randrange(10, 100))
            kill()
            await calls.reach(20, status=503)
            await restart()
            await calls.reach(20)
    code, events = await listener.stop()

    kept = await check(postgres_url, calls)
    figure(f"{CRASHES} kills of the database", f"{calls.answers}, {len(kept)} kept")
    assert code == 0
    assert calls.answers.keys() == {204, 503}
    assert "callback not kept: PostgreSQL at 127.0.0.1" in listener.logged
    numbers = [event["sequence"] for event in events]
    assert (numbers, len(numbers)) == (sorted(set(numbers)), len(kept))
