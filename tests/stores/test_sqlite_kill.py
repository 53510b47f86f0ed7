"""A process that is killed while it appends: what it was told is kept, is."""

import asyncio
import sqlite3
import sys
from contextlib import closing

APPENDING = """
import asyncio, os, sys
from oneshot_async.models import CallbackEvent
from oneshot_async.stores import store_for

async def append_for_ever(store):
    while True:
        event = CallbackEvent(status="CREATED", raw={"sent_at": os.urandom(8).hex()})
        if await store.append(event):
            os.write(1, f"{event.dedupe_key}\\n".encode())

async def main():
    store = store_for(sys.argv[1])
    await store.open()
    await asyncio.gather(*(append_for_ever(store) for _ in range(8)))

asyncio.run(main())
"""


async def killed_in_the_middle(url, count):
    """Return what a process was told is kept before it was killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APPENDING, url, stdout=asyncio.subprocess.PIPE
    )
    begun = [await process.stdout.readline() for _ in range(count)]
    process.kill()
    rest = (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [line.decode().strip() for line in begun + rest if line.endswith(b"\n")]


async def test_acknowledged_events_outlive_a_kill(opened, file):
    """Whatever was acknowledged before SIGKILL is there, once, in a sound file."""
    acknowledged = []
    for count in (10, 100, 237):
        acknowledged += await killed_in_the_middle(f"sqlite:///{file}", count)
        kept = [found.dedupe_key for found in await (await opened()).history(None)]

        assert len(set(kept)) == len(kept)
        assert set(acknowledged) <= set(kept)
        assert len(kept) <= len(acknowledged) + 8 * 3
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
