"""What holds for every test: nothing blocks the loop; and a server that listens."""

import json
import os
import shutil
from contextlib import AsyncExitStack
from email.parser import BytesParser
from email.policy import HTTP
from typing import NamedTuple

import attrs
import pytest
from aiohttp import web
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings

from oneshot_async import OneShotClient

BASE = "/oneshot/api/v1"

settings.register_profile(
    "fast",
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "ci", settings.get_profile("fast"), max_examples=50, derandomize=True
)
settings.load_profile("ci" if os.environ.get("CI") else "fast")


def pytest_runtest_setup(item):
    """Skip, outside CI only, what needs a program that is not installed."""
    for needs in item.iter_markers("needs"):
        (program,) = needs.args
        if shutil.which(program) is None and "CI" not in os.environ:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def watchdog():
    return BlockBuster("oneshot_async")


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop(watchdog):
    """Fail a test in which a call of the package blocks the event loop."""
    watchdog.activate()
    yield
    watchdog.deactivate()


class Part(NamedTuple):
    """One field of a form as it arrived."""

    filename: str | None
    content_type: str
    content: bytes


@attrs.define
class Listener:
    """Keeps what arrives as it came, and answers with what it was told."""

    answer: object = attrs.field(factory=dict)
    status: int = 200
    content_type: str = "application/json"
    calls: list = attrs.field(factory=list)
    body: bytes = b""
    json: object = None
    parts: dict = attrs.field(factory=dict)
    url: str = ""

    @property
    def form(self):
        return {name: part.content for name, part in self.parts.items()}

    async def listen(self, request):
        self.calls.append(f"{request.method} {request.raw_path.removeprefix(BASE)}")
        self.body = await request.read()
        if request.content_type == "application/json":
            self.json = json.loads(self.body)
        if request.content_type == "multipart/form-data":
            self.parts = _parts(request.headers["Content-Type"], self.body)
        raw = isinstance(self.answer, bytes | str)
        return web.Response(
            body=self.answer if raw else json.dumps(self.answer).encode(),
            status=self.status,
            content_type=self.content_type,
        )


def _parts(content_type, body):
    """Take a form apart with a parser that shares no code with its writer."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return {
        part.get_param("name", header="content-disposition"): Part(
            part.get_filename(), part.get_content_type(), part.get_payload(decode=True)
        )
        for part in message.iter_parts()
    }


@pytest.fixture
async def listener():
    listener = Listener()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", listener.listen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield listener
    await runner.cleanup()


@pytest.fixture
async def open_client(listener):
    """A function that opens a client of the listener, with these options only."""
    async with AsyncExitStack() as opened:

        async def open_one(**options):
            client = OneShotClient(listener.url, **options)
            return await opened.enter_async_context(client)

        yield open_one
