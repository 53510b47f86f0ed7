"""A receiver over real sockets, and callbacks for it."""

import asyncio
import datetime as dt
import json
import ssl

import attrs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oneshot_async import CallbackUrls, Inbox
from oneshot_async.receiver import Receiver, create_app
from oneshot_async.stores import MemoryStore

SECRET = "a-secret-of-a-receiver"


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


@pytest.fixture
def urls():
    return CallbackUrls("http://sign.example.com", [SECRET])


@pytest.fixture
def path(urls):
    """A function that returns the path of a fresh callback URL."""
    return lambda: urls.mint().url.removeprefix("http://sign.example.com")


@pytest.fixture
async def client(aiohttp_client, inbox, urls):
    return await aiohttp_client(create_app(inbox, urls))


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
