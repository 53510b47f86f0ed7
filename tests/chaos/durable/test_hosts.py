"""Callbacks that come to one process and are awaited in another, which may die."""

import asyncio
import os
import statistics
import sys
import time
from itertools import chain
from pathlib import Path

import aiohttp
import attrs
import pytest

COUNT = int(os.environ.get("CHAOS_HOSTS_CALLBACKS", "300"))
AWAITING = Path(__file__).with_name("awaiting.py")
POSTS_AT_ONCE = 8
GUARD = 30.0 + COUNT / 20

pytestmark = pytest.mark.timeout(60 + COUNT / 10)


@attrs.define(eq=False)
class Service:
    """A process that awaits requests; one that takes its place awaits them again."""

    inbox: str
    awaited: set[int] = attrs.field(factory=set)
    resolved: dict[int, tuple[float, float]] = attrs.field(factory=dict)
    process: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task | None = None

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, AWAITING, self.inbox),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        _, ready = (await self.process.stdout.readline()).split()
        self._reading = asyncio.create_task(self._read(float(ready)))
        self._write(self.awaited - self.resolved.keys())
        return self

    async def kill(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    def wait_for(self, pk):
        self.awaited.add(pk)
        self._write([pk])

    async def end(self):
        """Return the exit code when everything is resolved."""
        self.process.stdin.close()
        await self._reading
        return await self.process.wait()

    def _write(self, pks):
        self.process.stdin.write("".join(f"{pk}\n" for pk in pks).encode())

    async def _read(self, ready):
        async for line in self.process.stdout:
            pk, moment = line.split()
            self.resolved[int(pk)] = ready, float(moment)


@pytest.fixture
async def serve():
    """A function that starts a service which awaits requests in an inbox."""
    started = []

    async def start(inbox):
        started.append(Service(inbox))
        return await started[-1].start()

    yield start
    for one in started:
        await one.kill()


@pytest.fixture(params=["postgres", "sqlite"])
def hosts(request, tmp_path):
    """An inbox, and how many receivers and services share it."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url"), 3
    return f"sqlite:///{tmp_path / 'inbox.db'}", 1


@attrs.define(eq=False)
class Posts:
    """Posts callbacks to receivers until each is acknowledged."""

    receivers: list
    draw: object
    body: object
    pks: list
    moments: dict[int, float] = attrs.field(factory=dict)
    _changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def run(self):
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:
            for _ in range(POSTS_AT_ONCE):
                group.create_task(self._post_all(http))

    async def reach(self, count):
        while len(self.moments) < count:
            self._changed.clear()
            await self._changed.wait()

    async def _post_all(self, http):
        while self.pks:
            pk = self.pks.pop()
            while not await self._posted(http, pk):
                pass

    async def _posted(self, http, pk):
        receiver = self.draw.choice(self.receivers)
        await receiver.up.wait()
        try:
            post = http.post(receiver.url_for(pk), data=self.body(pk))
            async with post as answer:
                assert answer.status == 204
        except aiohttp.ClientError:
            return False
        self.moments[pk] = time.monotonic()
        self._changed.set()
        return True


async def kill_in_turn(processes, posts, awaited):
    """Kill each process when one more share is acknowledged, and start it again."""
    for turn, process in enumerate(processes, 1):
        await posts.reach(awaited * turn // (len(processes) + 1))
        await process.kill()
        await process.start()


def lateness(services, posts):
    """Return how many milliseconds after a 204 a wait ended; in short, for people.

    For a wait that was begun again it is counted from the start of its process.
    """
    late = sorted(
        1000 * (moment - max(ready, posts.moments[pk]))
        for service in services
        for pk, (ready, moment) in service.resolved.items()
    )
    p99 = late[len(late) * 99 // 100]
    return f"{statistics.median(late):.1f} ms in the median, p99 {p99:.0f} ms"


async def test_callbacks_end_waits_in_other_processes(
    hosts, listen, serve, body, draw, figure
):
    """Whoever receives one, whoever awaits it, and though each is killed once."""
    url, number = hosts
    receivers = [await listen(url) for _ in range(number)]
    services = [await serve(url) for _ in range(number)]
    # Those whose callbacks have the pk in them: 2, 3, 5, 6, 8, …
    pks = [pk for pk in range(1, COUNT * 3 // 2 + 1) if pk % 3 != 1]
    for pk in pks:
        draw.choice(services).wait_for(pk)
    posts = Posts(receivers, draw, body, draw.sample(pks, len(pks)))

    async with asyncio.timeout(GUARD), asyncio.TaskGroup() as group:
        group.create_task(posts.run())
        await kill_in_turn([*receivers, *services], posts, len(pks))
    async with asyncio.timeout(GUARD):
        codes = [await service.end() for service in services]

    figure(
        f"waits of {number} services for {len(pks)} callbacks to {number} receivers",
        f"ended {lateness(services, posts)} after the 204",
    )
    assert codes == [0] * number
    assert sorted(chain(*(service.resolved for service in services))) == pks
