"""The simulator, an inbox with its receiver, and clients: all there is to sign."""

import asyncio
import io
from collections import Counter, defaultdict
from contextlib import AsyncExitStack

import aiohttp
import attrs
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async import (
    Billing,
    OneShotClient,
    Polling,
    RaoToken,
    Retries,
    Signer,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator, Timings
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.verification import verify_pdf

QUICK = Polling(first=0.02, longest=0.05, deadline=5.0, settle=1.0)
SECRET = "a-secret-of-the-receiver"


@pytest.fixture(scope="session")
def pdf():
    return sample_pdf()


@pytest.fixture
def person():
    """A function that makes signers, each with a telephone of their own."""

    def make(number=0):
        return Signer(
            given_name="Łukasz",
            surname_1="Gómez",
            id_document_country="ES",
            serial_number=f"{number:07}T",
            email="someone@example.com",
            mobile_phone_number=f"+346000000{number:02}",
        )

    return make


@pytest.fixture
async def simulator():
    timings = Timings(approval=0.02, review=0.02, issue=0.02, file_skew=0.02)
    async with Simulator(timings=timings) as running:
        yield running


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@pytest.fixture
async def connect(simulator):
    """A function that opens a client which polls quickly and hears no callbacks."""
    async with AsyncExitStack() as opened:

        async def open_one(**options):
            client = OneShotClient(
                simulator.url,
                rao=RaoToken(simulator.token),
                billing=Billing(
                    username=simulator.billing_username,
                    password=simulator.billing_password,
                ),
                env="sandbox",
                profile="PFnubeQAFCiudadano",
                registration_authority="3",
                **{"polling": QUICK, "retries": Retries(first_delay=0)} | options,
            )
            return await opened.enter_async_context(client)

        yield open_one


@pytest.fixture
async def client(connect, inbox, receiver):
    return await connect(inbox=inbox, callbacks=receiver.urls)


@attrs.frozen
class Telephone:
    """The persons' telephones."""

    simulator: Simulator

    async def code_for(self, signing, after=0):
        """Send a code for a signing and return what arrives."""
        applicant = self.simulator.requests[signing.request_pk].applicant
        phone = applicant.mobile_phone_number
        await signing.send_otp()
        return (await self.simulator.next_sms(phone, after=after)).code


@pytest.fixture
def telephone(simulator):
    return Telephone(simulator)


@pytest.fixture
def whole_flow(person, pdf, telephone):
    """A function that signs from the beginning to the end, within ten seconds."""

    async def run(client, *documents, number=0, to=None, **options):
        async with asyncio.timeout(10):
            signing = await client.begin(
                person(number), documents=documents or [pdf], **options
            )
            return await signing.sign(await telephone.code_for(signing), to=to)

    return run


@pytest.fixture
def times(simulator):
    """A function that returns how often each thing that costs was asked for."""

    def count():
        names = {"/create": "create", "/otp/{pk}": "otp", "/sign/{pk}": "sign"}
        called = Counter(path for _, path in simulator.calls)
        return {name: called[path] for path, name in names.items()}

    return count


@pytest.fixture
def left_in():
    """A function that lists the files below a directory."""
    return lambda folder: sorted(p.name for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def until():
    """A function that lets everything run until something holds."""

    async def wait(holds):
        async with asyncio.timeout(5):
            while not holds():  # noqa: ASYNC110  # nothing tells of it
                await asyncio.sleep(0)

    return wait


@attrs.frozen
class Wire:
    """A session for a client, and the bodies that went over it by operation."""

    session: aiohttp.ClientSession
    bodies: defaultdict


@pytest.fixture
async def wire():
    bodies = defaultdict(bytes)

    async def keep(_session, _context, sent):
        bodies[sent.url.parts[4]] += sent.chunk

    tracing = aiohttp.TraceConfig()
    tracing.on_request_chunk_sent.append(keep)
    async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
        yield Wire(session, bodies)


@pytest.fixture
def checks(simulator):
    """A function that checks the signatures of a document; it trusts the simulator."""

    async def check(content):
        trust = [simulator.authority.root_pem]
        return (await verify_pdf(content, trust=trust)).signatures

    return check


@pytest.fixture
def places():
    """A function that tells each signature of a document by its page and corners."""

    def read(content):
        paper = PdfFileReader(io.BytesIO(content))
        count = int(paper.root["/Pages"]["/Count"])
        pages = [paper.find_page_for_modification(page)[0] for page in range(count)]
        numbers = {page.reference: number for number, page in enumerate(pages)}
        fields = [signature.sig_field for signature in paper.embedded_signatures]
        return [
            (numbers[field.raw_get("/P").reference], tuple(map(int, field["/Rect"])))
            for field in fields
        ]

    return read
