"""A service that awaits requests: it reads pks, and writes when each has ended."""

import asyncio
import sys
import time

from oneshot_async import Inbox


async def lines_in():
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


async def resolve(inbox, pk):
    await inbox.wait(pk)
    tell(pk)


def tell(what):
    sys.stdout.write(f"{what} {time.monotonic()}\n")
    sys.stdout.flush()


async def main(url):
    async with Inbox(url) as inbox, asyncio.TaskGroup() as waits:
        tell("ready")
        async for line in await lines_in():
            waits.create_task(resolve(inbox, int(line)))


asyncio.run(main(sys.argv[1]))
