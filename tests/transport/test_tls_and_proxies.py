"""Private certificate authorities, and proxies from the environment."""

import asyncio
import datetime as dt
import ssl
from contextlib import suppress

import aiohttp
import attrs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from oneshot_async import OneShotClient
from oneshot_async.errors import ConnectError, InvalidInputError

PEM = serialization.Encoding.PEM


@attrs.frozen
class Authority:
    """A certificate authority of a test's own."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls):
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, _certificate("a private authority", key, None))

    def client_context(self):
        pem = self.certificate.public_bytes(PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server_context(self, path):
        """Return a context for localhost; its key goes through a file."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate = _certificate("localhost", key, self)
        path.write_bytes(certificate.public_bytes(PEM) + private)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context


def _certificate(common_name, key, issuer):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = dt.datetime.now(dt.UTC)
    signing_key = issuer.key if issuer else key
    # Newer Pythons insist on the identifiers of both keys and the usage of the root.
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuer is None,
        crl_sign=issuer is None,
        encipher_only=False,
        decipher_only=False,
    )
    host = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(host, critical=False)
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
        .add_extension(own, critical=False)
        .add_extension(by, critical=False)
        .add_extension(usage, critical=True)
        .sign(signing_key, hashes.SHA256())
    )


@pytest.fixture
def authority():
    return Authority.create()


@pytest.fixture
async def secure(serve, answers, authority, tmp_path):
    context = authority.server_context(tmp_path / "server.pem")
    return await serve(answers.request(), ssl_context=context)


async def test_private_authority_is_trusted(secure, connect, authority):
    """A server that a private authority vouches for is reached with its context."""
    client = await connect(secure.url, ssl=authority.client_context())

    assert (await client.requests.get(7)).pk == 7


@pytest.mark.parametrize("context", [None, Authority.create().client_context()])
async def test_unknown_authority_is_not_trusted(secure, connect, context):
    """A server that nobody trusted vouches for gets nothing; no connection is made."""
    client = await connect(secure.url, ssl=context)

    with pytest.raises(ConnectError, match="certificate"):
        await client.requests.get(7)

    assert secure.seen == []


async def test_wrong_name_is_not_trusted(secure, connect, authority):
    """A certificate for another host is refused."""
    url = secure.url.replace("localhost", "127.0.0.1")
    client = await connect(url, ssl=authority.client_context())

    with pytest.raises(ConnectError, match="certificate"):
        await client.requests.get(7)


def unverified():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def nameless():
    context = ssl.create_default_context()
    context.check_hostname = False
    return context


def optional():
    context = ssl.create_default_context()
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


BLIND = [unverified, nameless, optional, lambda: False]


@pytest.mark.parametrize("make", BLIND, ids=["nothing", "name", "optional", "False"])
def test_context_that_does_not_verify_is_refused(make):
    """TLS that would talk to anybody is refused when the client is made."""
    with pytest.raises(InvalidInputError, match=r"^ssl does not verify"):
        OneShotClient("https://localhost", ssl=make())


@pytest.mark.parametrize("make", BLIND, ids=["nothing", "name", "optional", "False"])
async def test_session_that_does_not_verify_is_refused(make):
    """A session of yours whose connector talks to anybody is refused."""
    connector = aiohttp.TCPConnector(ssl=make())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(InvalidInputError, match=r"^session has a connector"):
            OneShotClient("https://localhost", session=session)


async def test_context_holds_for_any_session(secure, connect, authority):
    """With a context of its own the client verifies, whatever the session would do."""
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        known = await connect(
            secure.url, session=session, ssl=authority.client_context()
        )
        stranger = await connect(
            secure.url, session=session, ssl=Authority.create().client_context()
        )

        assert (await known.requests.get(7)).pk == 7
        with pytest.raises(ConnectError, match="certificate"):
            await stranger.requests.get(7)


async def test_verifying_connector_is_kept(secure, connect, authority):
    """A session whose connector has the context of a private authority is used."""
    connector = aiohttp.TCPConnector(ssl=authority.client_context())
    async with aiohttp.ClientSession(connector=connector) as session:
        client = await connect(secure.url, session=session)

        assert (await client.requests.get(7)).pk == 7


@pytest.fixture
def proxies(monkeypatch):
    """A function that names a proxy in the environment."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def use(url):
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme}_proxy", url)

    return use


async def test_plain_calls_go_through_a_proxy(serve, connect, answers, proxies):
    """With `trust_env`, a proxy from the environment gets the call."""
    proxy = await serve(answers.request())
    proxies(proxy.url)
    client = await connect("http://optimizer.invalid", trust_env=True)

    await client.requests.get(7)

    assert proxy.seen[0].path == "http://optimizer.invalid/oneshot/api/v1/request/7"


async def test_environment_is_not_trusted_by_default(
    serve, connect, answers, proxies, nowhere
):
    """Without `trust_env`, no proxy is asked."""
    proxies(nowhere)
    server = await serve(answers.request())
    client = await connect(server.url)

    assert (await client.requests.get(7)).pk == 7


@attrs.define
class Tunnel:
    """A proxy that lets everything through, or refuses."""

    refuses: bool = False
    asked: list = attrs.field(factory=list)

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        target = head.split()[1].decode()
        self.asked.append(target)
        if self.refuses:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        else:
            await self._connect(target, reader, writer)
        writer.close()

    async def _connect(self, target, reader, writer):
        host, port = target.split(":")
        there, back = await asyncio.open_connection(host, port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        async with asyncio.TaskGroup() as group:
            group.create_task(_pipe(reader, back))
            group.create_task(_pipe(there, writer))


async def _pipe(source, target):
    with suppress(ConnectionError):
        while data := await source.read(2**16):
            target.write(data)
            await target.drain()
    target.close()


@pytest.fixture
async def tunnel(proxies):
    """A proxy for https, which the environment names."""
    proxy, serving = Tunnel(), set()

    def accept(reader, writer):
        serving.add(asyncio.create_task(proxy.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    proxies(f"http://localhost:{server.sockets[0].getsockname()[1]}")
    yield proxy
    server.close()
    await asyncio.wait(serving, timeout=5)


async def test_secure_calls_go_through_a_tunnel(secure, connect, authority, tunnel):
    """With `trust_env`, TLS goes through a proxy, and is checked at its far end."""
    context = authority.client_context()
    client = await connect(secure.url, ssl=context, trust_env=True)

    assert (await client.requests.get(7)).pk == 7
    assert tunnel.asked == [secure.url.removeprefix("https://")]
    await client.close()


async def test_tunnel_that_is_refused_sends_nothing(
    secure, connect, authority, tunnel, signer
):
    """If the proxy makes no tunnel, nothing was sent, and even a create is repeated."""
    tunnel.refuses = True
    context = authority.client_context()
    client = await connect(secure.url, ssl=context, trust_env=True)

    with pytest.raises(ConnectError):
        await client.requests.create(signer)

    assert (len(tunnel.asked), secure.seen) == (4, [])
    await client.close()
