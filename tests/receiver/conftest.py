"""A receiver over real sockets, and callbacks for it."""

import asyncio
import datetime as dt
import json
import socket
import ssl
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import attrs
import fastapi
import pytest
import starlette.applications
import uvicorn
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oneshot_async import CallbackUrls, Inbox
from oneshot_async.receiver import Receiver, create_app, create_asgi_app
from oneshot_async.stores import MemoryStore

SECRET = "a-secret-of-a-receiver"
PUBLIC = "http://sign.example.com"


@pytest.fixture
def body():
    """A function that makes a callback's body."""

    def make(pk=7, status="ISSUED", **more):
        about = {"pk": pk, "status": status}
        return json.dumps({"event_type": "X", "request": about, **more}).encode()

    return make


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
async def inbox(store):
    async with Inbox(store) as opened:
        yield opened


@asynccontextmanager
async def serving_aiohttp(app):
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def serving_asgi(app, **options):
    """Let uvicorn serve, without its loop that waits for signals."""
    config = uvicorn.Config(app, access_log=False, log_config=None, **options)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        await server.startup(sockets=[listening])
        yield listening.getsockname()[1]
        await server.shutdown(sockets=[listening])


@pytest.fixture(scope="session")
def serve_asgi():
    return serving_asgi


def on_aiohttp(*arguments, **options):
    return serving_aiohttp(create_app(*arguments, **options))


def in_aiohttp(*arguments, **options):
    service = web.Application()
    service.add_subapp("/hooks", create_app(*arguments, **options))
    return serving_aiohttp(service)


def on_uvicorn(*arguments, **options):
    return serving_asgi(create_asgi_app(*arguments, **options), http="h11")


def in_starlette(*arguments, **options):
    service = starlette.applications.Starlette()
    service.mount("/hooks", create_asgi_app(*arguments, **options))
    return serving_asgi(service, http="httptools")


def in_fastapi(*arguments, **options):
    service = fastapi.FastAPI()
    service.mount("/hooks", create_asgi_app(*arguments, **options))
    return serving_asgi(service, http="h11")


FACES = {
    "aiohttp": ("", on_aiohttp),
    "in aiohttp": ("/hooks", in_aiohttp),
    "uvicorn": ("", on_uvicorn),
    "in starlette": ("/hooks", in_starlette),
    "in fastapi": ("/hooks", in_fastapi),
}
"""How the application may be served, and under which prefix."""


@pytest.fixture(params=FACES.values(), ids=FACES)
def face(request):
    return request.param


@pytest.fixture
def prefix(face):
    return face[0]


@attrs.frozen
class Served:
    """A server on a port, and a session that asks it."""

    port: int
    session: aiohttp.ClientSession

    def post(self, path, **options):
        return self.session.post(path, **options)

    def request(self, method, path, **options):
        return self.session.request(method, path, **options)


@pytest.fixture
async def serve(face):
    """A function that serves an inbox and URLs by the face of the test."""
    async with AsyncExitStack() as stack:

        async def begin(*arguments, **options):
            port = await stack.enter_async_context(face[1](*arguments, **options))
            session = aiohttp.ClientSession(f"http://127.0.0.1:{port}")
            return Served(port, await stack.enter_async_context(session))

        yield begin


@pytest.fixture
def urls(prefix):
    return CallbackUrls(PUBLIC + prefix, [SECRET])


@pytest.fixture
def path(urls):
    """A function that returns the path of a fresh callback URL."""
    return lambda: urls.mint().url.removeprefix(PUBLIC)


@pytest.fixture
async def client(serve, inbox, urls):
    return await serve(inbox, urls)


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@attrs.frozen
class Wire:
    """A bare connection, for what no HTTP client would send."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def status(self):
        """Return the status of the next answer."""
        return int((await self.reader.readline()).split()[1])


@pytest.fixture
async def wire():
    """A function that connects to a port; what it opens is closed at the end."""
    opened = []

    async def connect(port):
        opened.append(Wire(*await asyncio.open_connection("127.0.0.1", port)))
        return opened[-1]

    yield connect
    for one in opened:
        one.writer.close()


@pytest.fixture
def certificate(tmp_path):
    """A file with a certificate for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path / "both.pem"
    path.write_bytes(
        signed.public_bytes(pem)
        + key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


@pytest.fixture
def tls(certificate):
    """Two contexts, for a server on this machine and for a client that trusts it."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate)
    return server, ssl.create_default_context(cafile=certificate)
