"""Identifications by video, what a person does in them, and what they sign."""

import aiohttp
import pytest

from oneshot_async import Acceptance, Evidences, OcrData, Polling, SecurityChecks

PHONE = "+34600000077"
SLOW = Polling(first=60, longest=60, deadline=10)


@pytest.fixture
async def hearing(connect, simulator, inbox, receiver):
    """A client that relies on callbacks, which come to the receiver's fixed URL."""
    simulator.videoid.callback = receiver.urls.fixed()
    return await connect(inbox=inbox, polling=SLOW)


@pytest.fixture(params=["callbacks", "polling"])
async def identify(request, connect, hearing):
    """A function that begins an identification, hearing callbacks or not."""
    client = hearing if request.param == "callbacks" else await connect()

    async def begin():
        return await client.identify(
            mobile_phone_number=PHONE, email="someone@example.com"
        )

    return begin


@pytest.fixture
def visit():
    """A function that opens a Video ID's page and posts one of its forms."""

    async def post(link, **form):
        async with aiohttp.ClientSession() as browser:
            async with browser.get(link) as page:
                assert f'value="{form["outcome"]}"' in await page.text()
            async with browser.post(link, data=form) as answer:
                assert answer.status == 200

    return post


@pytest.fixture
def evidences():
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
        document_front=b"front",
        document_rear=b"rear",
        document_photo=b"photo",
        document_owner=b"owner",
        ocr_data=OcrData(
            given_name="Łukasz",
            surname_1="Gómez",
            serial_number="0000000T",
            id_document_type="IDC",
        ),
        security_checks=SecurityChecks(otp_validation=True),
        similarity_level=90,
    )


@pytest.fixture
async def reviewable(identify, visit):
    """An identification that the person has finished and an officer may review."""
    identification = await identify()
    await visit(identification.link, outcome="finish")
    await identification.reviewable()
    return identification


@pytest.fixture
def signed_by(simulator, checks, pdf):
    """A function that signs a document and returns its check."""

    async def sign(identification):
        signing = await identification.signing(pdf)
        await signing.send_otp()
        (signed,) = await signing.sign((await simulator.next_sms(PHONE)).code)
        (check,) = await checks(signed.content)
        return check

    return sign


@pytest.fixture
def approvals(simulator):
    """A function that counts how often an approval has been asked for."""
    return lambda: list(simulator.calls).count(("POST", "/videoid/{pk}/approve"))
