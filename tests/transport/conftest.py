"""Servers of the tests' own over real sockets, and clients that do not wait long."""

import asyncio
from contextlib import AsyncExitStack

import attrs
import pytest
from aiohttp import web
from multidict import CIMultiDict

from oneshot_async import Billing, OneShotClient, RaoToken, Retries, Signer

BASE = "/oneshot/api/v1"


@attrs.frozen
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: CIMultiDict
    body: bytes


@attrs.define
class Server:
    """Answers with what it was told, in this order, and from then on with the last."""

    answers: list
    seen: list = attrs.field(factory=list)
    url: str = ""

    async def handle(self, request):
        headers = CIMultiDict(request.headers)
        body = await request.read()
        self.seen.append(Seen(request.method, request.raw_path, headers, body))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return await answer(request)

    @property
    def calls(self):
        return [f"{seen.method} {seen.path.removeprefix(BASE)}" for seen in self.seen]


@attrs.frozen
class Answers:
    """What a server may answer."""

    def json(self, body, status=200, **headers):
        return self.raw(web.json_response(body).body, status, **headers)

    def ok(self, **details):
        return self.json({"status": "success", "details": details})

    def ok_list(self, *details):
        return self.json({"status": "success", "details": details})

    def request(self, pk=7, status="ENROLLREADY"):
        return self.json({"secrets": {}, "request": {"pk": pk, "status": status}})

    async def anything(self, request):
        """Answer a request's state, as whoever asks for it expects it."""
        bare = {"pk": 7, "status": "ENROLLREADY"}
        enveloped = {"secrets": {}, "request": bare}
        return web.json_response(bare if request.method == "PUT" else enveloped)

    def raw(self, body, status=200, content_type="application/json", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_):
            return web.Response(
                body=body, status=status, content_type=content_type, headers=named
            )

        return answer

    def moved(self, location, status=307):
        return self.raw(b"", status, Location=str(location))

    def pieces(self, *pieces, size=None):
        """Answer a PDF piece by piece; cut the connection if the size is not met."""

        async def answer(request):
            response = web.StreamResponse(headers={"Content-Type": "application/pdf"})
            response.content_length = size
            await response.prepare(request)
            for piece in pieces:
                await response.write(piece)
            if size is not None and sum(map(len, pieces)) < size:
                request.transport.abort()
            return response

        return answer

    async def cut(self, request):
        request.transport.abort()
        return web.Response()

    async def end(self, request):
        request.transport.close()
        return web.Response()

    async def never(self, _):
        return await asyncio.Event().wait()


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
async def listen():
    """A function that has a handler called for every request; returns the URL."""
    async with AsyncExitStack() as running:

        async def start(handler, ssl_context=None):
            app = web.Application(client_max_size=2**30)
            app.router.add_route("*", "/{path:.*}", handler)
            runner = web.AppRunner(
                app, access_log=None, shutdown_timeout=0.05, handler_cancellation=True
            )
            await runner.setup()
            running.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl_context).start()
            scheme = "https" if ssl_context else "http"
            return f"{scheme}://localhost:{runner.addresses[0][1]}"

        yield start


@pytest.fixture
def serve(listen):
    """A function that starts a server with these answers."""

    async def start(*given, ssl_context=None):
        server = Server(list(given))
        server.url = await listen(server.handle, ssl_context)
        return server

    return start


@pytest.fixture
async def connect():
    """A function that opens a client, which does not pause between attempts."""
    async with AsyncExitStack() as opened:

        async def open_one(url, **options):
            client = OneShotClient(
                url,
                rao=RaoToken("token"),
                billing=Billing(username="payer", password="pay"),
                env="sandbox",
                profile="profile",
                registration_authority="3",
                **{"retries": Retries(first_delay=0), **options},
            )
            return await opened.enter_async_context(client)

        yield open_one


@pytest.fixture
def signer():
    return Signer(
        given_name="Given",
        surname_1="Surname",
        id_document_country="ES",
        serial_number="0000000T",
        email="someone@example.com",
        mobile_phone_number="+34600000000",
    )


@pytest.fixture
async def nowhere():
    """A URL at which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://localhost:{port}"


@pytest.fixture
def left_in():
    """A function that lists the files in a directory."""
    return lambda folder: sorted(path.name for path in folder.iterdir())
