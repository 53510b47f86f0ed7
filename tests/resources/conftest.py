"""A simulator whose time stands still, a client for it, and a server that listens."""

from contextlib import AsyncExitStack
from email.parser import BytesParser
from email.policy import HTTP

import attrs
import pytest
from aiohttp import web
from fpdf import FPDF

from oneshot_async import Billing, OneShotClient, RaoToken, Retries, Signer
from oneshot_async.simulator import Clock, Simulator
from oneshot_async.simulator.paper import sample_pdf

BASE = "/oneshot/api/v1"


@pytest.fixture(scope="session")
def pdf():
    return sample_pdf()


@pytest.fixture
def signer():
    return Signer(
        given_name="Łukasz",
        surname_1="Gómez",
        id_document_country="ES",
        serial_number="0000000T",
        email="someone@example.com",
        mobile_phone_number="+34600000000",
    )


@pytest.fixture
async def simulator():
    async with Simulator(clock=Clock(frozen=True)) as running:
        yield running


@pytest.fixture
async def client(simulator):
    async with OneShotClient(
        simulator.url,
        rao=RaoToken(simulator.token),
        billing=Billing(
            username=simulator.billing_username, password=simulator.billing_password
        ),
        env="sandbox",
        profile="PFnubeQAFCiudadano",
        registration_authority="3",
        retries=Retries(attempts=1),
    ) as opened:
        yield opened


@pytest.fixture
async def pk(client, signer):
    """The number of an approved request."""
    return (await client.requests.create(signer)).pk


@pytest.fixture
async def uid(client, pk, pdf):
    """The uid of its document."""
    (uploaded,) = await client.documents.upload(pk, pdf)
    return uploaded.uid


@pytest.fixture
def code(simulator, client):
    """A function that sends a code and returns it."""

    async def send(pk):
        await client.requests.generate_otp(pk)
        return simulator.sms[-1].code

    return send


@attrs.define
class Listener:
    """Keeps what arrives as it came, and answers with what it was told."""

    answer: object = attrs.field(factory=dict)
    calls: list = attrs.field(factory=list)
    json: object = None
    form: dict = attrs.field(factory=dict)
    url: str = ""

    async def listen(self, request):
        self.calls.append(f"{request.method} {request.raw_path.removeprefix(BASE)}")
        if request.content_type == "application/json":
            self.json = await request.json()
        if request.content_type == "multipart/form-data":
            self.form = _form(request.headers["Content-Type"], await request.read())
        return web.json_response(self.answer)


def _form(content_type, body):
    """Take a form apart with a parser that shares no code with its writer."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(
            decode=True
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


@pytest.fixture(scope="session")
def protected():
    """A PDF that cannot be opened without a password."""
    paper = FPDF()
    paper.add_page()
    paper.set_encryption(owner_password="owner", user_password="user")
    return bytes(paper.output())
