"""Listeners as processes of their own, and callers that outlive their deaths."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager
from functools import partial

import aiohttp
import attrs
import pytest

from oneshot_async import CallbackUrls, Inbox
from oneshot_async.callback_urls import Correlation

SECRET = "a-secret-of-the-listeners"
GUARD = 30.0
CALLERS = 8
AGAIN = 0.2
A_WHILE = 0.02


@pytest.fixture
def draw(seed):
    """What draws; a test that fails shows its seed."""
    print(f"CHAOS_SEED={seed}")  # noqa: T201  # pytest shows it with a failure only
    return random.Random(seed)  # noqa: S311  # repeated by its seed, no secret


@attrs.define(eq=False)
class Listener:
    """`oneshot-async listen`; it may be killed, and started again on its port."""

    inbox: str
    port: int
    log: object
    up: asyncio.Event = attrs.field(factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task | None = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def logged(self):
        return self.log.read_text()

    def url_for(self, number):
        """Return the URL of a callback: the fixed one, or one of its own."""
        urls = CallbackUrls(self.url, [SECRET])
        if number % 3 == 0:
            return urls.fixed()
        return urls.mint(Correlation(f"request-{number}")).url

    async def start(self):
        options = ["--json", "--inbox", self.inbox, "--port", str(self.port)]
        with self.log.open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "oneshot_async", "listen", *options),
                env={**os.environ, "ONESHOT_CALLBACK_SECRETS": SECRET},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        async with asyncio.timeout(GUARD):
            first = await self.process.stdout.readline()
        assert first, self.logged
        assert json.loads(first)["listening"] == self.url
        # Nobody may be kept from writing because nobody reads.
        self._reading = asyncio.create_task(self.process.stdout.read())
        self.up.set()
        return self

    async def kill(self):
        self.up.clear()
        if self.process.returncode is None:
            self.process.kill()
        return await self.ended()

    async def stop(self):
        """Ask it to stop, and return as `ended` does."""
        self.up.clear()
        self.process.terminate()
        return await self.ended()

    async def ended(self):
        """Return the exit code, and what was printed after the first line."""
        async with asyncio.timeout(GUARD):
            printed = (await self._reading).splitlines()
            return await self.process.wait(), [*map(json.loads, printed)]


@pytest.fixture
async def listen(tmp_path, free_port):
    """A function that starts a listener on an inbox."""
    started = []

    async def start(inbox):
        log = tmp_path / f"listen-{len(started)}.log"
        started.append(Listener(inbox, free_port(), log))
        return await started[-1].start()

    yield start
    for one in started:
        await one.kill()


@attrs.define(eq=False)
class Calls:
    """Distinct callbacks and repeated ones, and what became of each."""

    draw: random.Random
    acknowledged: set[int] = attrs.field(factory=set)
    answers: Counter = attrs.field(factory=Counter)
    sent: int = 0
    stopped: bool = False
    _changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def call(self, listener):
        """Call a listener until it is enough, each time over the same connection."""
        connector = aiohttp.TCPConnector(limit=1)
        async with aiohttp.ClientSession(connector=connector) as http:
            while not self.stopped:
                number = self._number()
                # Some that were not acknowledged are given up, the others repeated.
                while not await self._answered(http, listener, number):
                    if self.stopped or self.draw.random() < AGAIN:
                        break

    async def reach(self, count, status=204):
        """Return when there have been so many more answers with a status."""
        count += self.answers[status]
        async with asyncio.timeout(GUARD):
            while self.answers[status] < count:
                self._changed.clear()
                await self._changed.wait()

    def _number(self):
        if self.sent and self.draw.random() < AGAIN:
            return self.draw.randrange(self.sent) + 1
        self.sent += 1
        return self.sent

    async def _answered(self, http, listener, number):
        await listener.up.wait()
        try:
            url, body = listener.url_for(number), body_of(number)
            async with http.post(url, data=body) as answer:
                status = answer.status
        except aiohttp.ClientError as error:
            status = type(error).__name__
        self.answers[status] += 1
        self._changed.set()
        if status == 204:
            self.acknowledged.add(number)
            return True
        await asyncio.sleep(A_WHILE)
        return False


def body_of(number):
    """Return a body, one in three without the pk that its URL stands for."""
    about = {"status": "ISSUED", **({} if number % 3 == 1 else {"pk": number})}
    return json.dumps({"request": about, "sent_at": f"{number:014}"}).encode()


@pytest.fixture
def body():
    return body_of


@pytest.fixture
def calling(draw):
    """A function that has several callers call a listener while its block runs."""

    @asynccontextmanager
    async def call(listener):
        calls = Calls(draw)
        async with asyncio.TaskGroup() as group:
            for _ in range(CALLERS):
                group.create_task(calls.call(listener))
            yield calls
            calls.stopped = True

    return call


@pytest.fixture
async def crash(postgres_server):
    """A function that kills the database server, and one that has it back."""

    def kill():
        os.kill(postgres_server.pid(), signal.SIGKILL)

    def restart():
        # What the server has begun dies soon after it, and holds its memory till then.
        until = time.monotonic() + GUARD
        while True:
            try:
                return postgres_server.start()
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(A_WHILE)

    return kill, partial(asyncio.to_thread, restart)


@pytest.fixture
def check():
    """A function that finds every acknowledged callback in an inbox exactly once."""

    async def compare(url, calls):
        async with Inbox(url) as inbox:
            history = await inbox.history()
        kept = Counter(int(event.raw["sent_at"]) for event in history)
        assert calls.acknowledged - kept.keys() == set()
        assert {number for number, times in kept.items() if times > 1} == set()
        assert kept.keys() <= set(range(1, calls.sent + 1))
        return kept

    return compare
