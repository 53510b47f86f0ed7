"""A simulator whose time stands still, and a client for it."""

import pytest
from fpdf import FPDF

from oneshot_async import (
    Acceptance,
    Billing,
    Evidences,
    OcrData,
    OneShotClient,
    RaoToken,
    Retries,
    SecurityChecks,
    Signer,
)
from oneshot_async.simulator import Clock, Simulator
from oneshot_async.simulator.paper import sample_pdf


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
def evidences():
    """A function that makes what an external identification finds out."""
    images = ("document_front", "document_rear", "document_photo", "document_owner")
    read = {"given_name": "Łukasz", "surname_1": "Gómez", "serial_number": "0000000T"}

    def make(**ocr):
        return Evidences(
            acceptance=Acceptance(
                description="yes",
                ip="192.0.2.1",
                date=1622823879708,
                user_agent="x",
                url_web_videoid="https://example.com/v",
                url_doc_privacypolicy="https://example.com/p",
                url_doc_termsconditions="https://example.com/t",
            ),
            **dict.fromkeys(images, b"image"),
            ocr_data=OcrData(**read | {"id_document_type": "IDC"} | ocr),
            security_checks=SecurityChecks(otp_validation=True),
            similarity_level=90,
        )

    return make


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


@pytest.fixture(scope="session")
def protected():
    """A PDF that cannot be opened without a password."""
    paper = FPDF()
    paper.add_page()
    paper.set_encryption(owner_password="owner", user_password="user")
    return bytes(paper.output())
