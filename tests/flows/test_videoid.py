"""Identification by video, from the link or the evidence to the signed document."""

import asyncio

import aiohttp
import pytest

from oneshot_async import Acceptance, Evidences, OcrData, Polling, SecurityChecks
from oneshot_async.errors import (
    InvalidInputError,
    InvalidStatusError,
    RequestCancelledError,
    VideoIdFailedError,
)
from oneshot_async.verification import verify_pdf

PHONE = "+34600000077"
RAO = "1182"
SLOW = Polling(first=60, longest=60, deadline=10)


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


@pytest.fixture(autouse=True)
def quick(simulator):
    simulator.timings.review = 0.02


@pytest.fixture(params=["callbacks", "polling"])
async def identify(request, connect, simulator, inbox, receiver):
    """A function that begins an identification, with callbacks or without."""
    options = {}
    if request.param == "callbacks":
        simulator.videoid.callback = receiver.urls.fixed()
        options = {"inbox": inbox, "polling": SLOW}
    client = await connect(**options)

    async def begin():
        return await client.identify(
            mobile_phone_number=PHONE, email="someone@example.com"
        )

    return begin


async def visit(link, **form):
    """Open the page as the person does, and post one of its forms."""
    async with aiohttp.ClientSession() as browser:
        async with browser.get(link) as page:
            assert f'value="{form["outcome"]}"' in await page.text()
        async with browser.post(link, data=form) as answer:
            assert answer.status == 200


async def signed_by(simulator, identification, pdf):
    """Sign a document and return its check."""
    signing = await identification.signing(pdf)
    await signing.send_otp()
    (signed,) = await signing.sign((await simulator.next_sms(PHONE)).code)
    trust = [simulator.authority.root_pem]
    (check,) = await verify_pdf(signed.content, trust=trust)
    return check


async def test_a_person_identifies_on_the_page_and_signs(identify, simulator, pdf):
    """Page, review, approval, signature: in the name that the page gave."""
    async with asyncio.timeout(10):
        identification = await identify()
        await visit(identification.link, outcome="finish", given_name="Ñandú")
        reviewable = await identification.reviewable()
        approved = await identification.approve(rao_id=RAO)
        check = await signed_by(simulator, identification, pdf)

    assert (reviewable.status, approved.status) == ("VIDEOREVIEW", "ENROLLREADY")
    assert check.valid
    assert check.signer.startswith("Ñandú")


async def test_uploaded_evidence_is_reviewed(identify, simulator, evidences, pdf):
    """An external identification signs in the name that its evidence gave."""
    simulator.videoid.external = True
    async with asyncio.timeout(10):
        identification = await identify()
        await identification.upload_evidences(evidences)
        await identification.upload_video(b"video" * 1000)
        await identification.reviewable()
        await identification.approve(rao_id=RAO)
        check = await signed_by(simulator, identification, pdf)

    assert identification.link == ""
    assert check.signer.startswith("Łukasz Gómez")


async def test_a_failed_identification_is_named(identify):
    """Who waits for a person that fails learns it by an error of its own."""
    identification = await identify()
    await visit(identification.link, outcome="fail")

    with pytest.raises(VideoIdFailedError):
        await identification.reviewable()


async def test_a_refusal_cancels(identify):
    """After a refusal there is nothing to sign any more."""
    identification = await identify()
    await visit(identification.link, outcome="finish")
    await identification.reviewable()
    await identification.refuse(reason="blurred", rao_id=RAO)

    with pytest.raises(RequestCancelledError):
        await identification.approve(rao_id=RAO)


async def test_two_steps_need_two_approvals(identify, simulator):
    """The first approval validates, and the second one approves."""
    simulator.videoid.two_steps = True
    identification = await identify()
    await visit(identification.link, outcome="finish")
    await identification.reviewable()

    first = await identification.approve(rao_id=RAO)
    second = await identification.approve(rao_id=RAO)

    assert (first.status, second.status) == ("CREATED", "ENROLLREADY")


async def test_approving_twice_sends_nothing_twice(identify, simulator):
    """What is approved already is returned as it is."""
    identification = await identify()
    await visit(identification.link, outcome="finish")
    await identification.reviewable()
    await identification.approve(rao_id=RAO)

    await identification.approve(rao_id=RAO)

    assert list(simulator.calls).count(("POST", "/videoid/{pk}/approve")) == 1


async def test_a_lost_answer_to_an_approval_is_settled(identify, simulator):
    """If the answer is lost, the request's status tells that it is approved."""
    identification = await identify()
    await visit(identification.link, outcome="finish")
    await identification.reviewable()
    seen = len(list(simulator.calls))
    approving = asyncio.create_task(identification.approve(rao_id=RAO))
    await simulator.calls.wait(lambda _: True, skip=seen)
    simulator.faults.answer_lost = 1.0
    await simulator.calls.wait(lambda _: True, skip=seen + 2)
    simulator.faults.answer_lost = 0.0

    approved = await approving

    assert approved.status == "ENROLLREADY"


async def test_nothing_is_approved_before_the_review(identify):
    """An approval of what nobody has done yet is refused."""
    identification = await identify()

    with pytest.raises(InvalidStatusError):
        await identification.approve(rao_id=RAO)


async def test_an_identification_is_resumed_without_its_link(identify, connect):
    """The state holds both numbers and no secret, and is enough to go on."""
    begun = await identify()
    client = await connect()
    resumed = await client.resume_identification(begun.state)
    await visit(begun.link, outcome="finish")

    reviewable = await resumed.reviewable()

    assert reviewable.pk == begun.request_pk
    assert resumed.state == begun.state
    assert set(begun.state) == {"request_pk", "videoid_pk"}
    assert resumed.link == ""
    assert begun.link not in repr(begun)


async def test_nonsense_is_no_state(connect):
    """A state without both numbers is refused."""
    client = await connect()

    with pytest.raises(InvalidInputError, match="no state of an identification"):
        await client.resume_identification({"request_pk": 1})
