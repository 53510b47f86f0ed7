"""The tasks that go on in the background, and the record of what happened."""

import asyncio

from oneshot_async.simulator import Journal
from oneshot_async.simulator.background import Background


async def test_a_failure_in_the_background_is_logged(caplog):
    """A task that fails is logged and forgotten."""
    background = Background()

    async def fail():
        raise OSError("disk full")

    background.start(fail())
    for _ in range(3):
        await asyncio.sleep(0)
    await background.close()

    assert "A task in the background failed" in caplog.text
    assert "disk full" in caplog.text


async def test_closing_cancels_what_still_runs():
    """Closing waits until every task has ended."""
    background = Background()
    ended = asyncio.Event()

    async def wait():
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background.start(wait())
    await asyncio.sleep(0)

    await background.close()

    assert ended.is_set()


async def test_a_cancelled_wait_is_forgotten():
    """An entry that comes after a wait was cancelled disturbs nobody."""
    journal = Journal()
    waiting = asyncio.create_task(journal.wait(lambda _: True))
    await asyncio.sleep(0)

    waiting.cancel()
    journal.append("entry")
    await asyncio.gather(waiting, return_exceptions=True)

    assert waiting.cancelled()
    assert list(journal) == ["entry"]


def test_a_journal_is_a_sequence():
    """A journal can be indexed, sliced, counted and shown."""
    journal = Journal()
    for entry in "aba":
        journal.append(entry)

    assert journal[1:] == ["b", "a"]
    assert journal.count("a") == 2
    assert repr(journal) == "Journal(['a', 'b', 'a'])"
