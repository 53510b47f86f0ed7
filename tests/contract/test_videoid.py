"""Video ID: what is documented of create, update, evidence, approval and refusal."""

from contextlib import suppress

import attrs
import pytest
import pytest_asyncio

from oneshot_async import (
    Acceptance,
    CreatedVideoId,
    Evidences,
    OcrData,
    RequestUpdate,
    SecurityChecks,
)
from oneshot_async.errors import ApiError, InvalidStatusError

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(100_000)


@attrs.frozen
class Created:
    """A Video ID, and the answer to its creation as it came."""

    videoid: CreatedVideoId
    answer: dict = attrs.field(repr=False)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def create(client, wire, signer, spending):
    """A function that creates a Video ID; its request is cancelled in the end."""
    pks = []

    async def make():
        videoid = await client.videoid.create(
            mobile_phone_number=signer.mobile_phone_number, email=signer.email
        )
        pks.append(videoid.request_pk)
        return Created(videoid, wire.last)

    yield make
    for pk in pks:
        with suppress(ApiError):
            await client.requests.cancel(pk)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def created(create):
    """A Video ID of the kind that the registration authority has."""
    return await create()


@pytest_asyncio.fixture(loop_scope="session")
async def external(create, created, simulator):
    """The number of a Video ID whose evidence is uploaded, if it can be."""
    if simulator is None and created.videoid.videoid_link:
        pytest.skip("the registration authority identifies on a page of its own")
    if simulator is not None:
        simulator.videoid.external = True
    yield (await create()).videoid
    if simulator is not None:
        simulator.videoid.external = False


@pytest.fixture
def evidences(signer, png):
    return Evidences(
        acceptance=Acceptance(
            description="made up",
            ip="192.0.2.1",
            date=1622823879708,
            user_agent="contract tests",
            url_web_videoid="https://example.com/videoid",
            url_doc_privacypolicy="https://example.com/privacy",
            url_doc_termsconditions="https://example.com/terms",
        ),
        document_front=png,
        document_rear=png,
        document_photo=png,
        document_owner=png,
        ocr_data=OcrData(
            given_name=signer.given_name,
            surname_1=signer.surname_1,
            serial_number=signer.serial_number,
            id_document_type="IDC",
            id_document_country="ES",
            mobile_phone_number=signer.mobile_phone_number,
            email=signer.email,
        ),
        security_checks=SecurityChecks(otp_validation=True, liveliness=True),
        similarity_level="high",
    )


@pytest_asyncio.fixture(loop_scope="session")
async def reviewable(client, becomes, external, evidences):
    """A Video ID with all its evidence."""
    await client.videoid.upload_evidences(external.videoid_pk, evidences)
    await becomes(external.request_pk, "VIDEOINCOMPLETE")
    await client.videoid.upload_video(external.videoid_pk, VIDEO)
    await becomes(external.request_pk, "VIDEOREVIEW")
    return external


@pytest_asyncio.fixture(loop_scope="session")
async def rao_id(client, token):
    """The number of the officer whom the token stands for."""
    return (await client.tokens.get(token)).rao_id


async def test_create_answers_two_numbers_and_a_link(created):
    """What was created is told in `detail`, and the message is misspelt."""
    status, message = map(created.answer.get, ("status", "messsage"))
    named = set(created.answer.get("detail", {}))
    scheme = created.videoid.videoid_link.partition("://")[0]

    assert status == "success", "documented: the status is `success`"
    assert message == f"VideoID created with pk {created.videoid.videoid_pk}", (
        "documented: the message is under `messsage` and carries the pk"
    )
    assert named >= {"videoid_pk", "request_pk", "videoid_link"}, (
        "documented in the guides: the answer has both numbers and the link"
    )
    assert scheme in {"http", "https", ""}, (
        "documented: the link is a URL, or empty where the evidence is uploaded"
    )


async def test_person_is_pending(client, created):
    """Until somebody has identified, the request waits for it."""
    status = (await client.requests.get(created.videoid.request_pk)).status

    assert status == "VIDEOPENDING", "documented: a new Video ID is VIDEOPENDING"


async def test_pending_request_gets_no_code(client, refused, created):
    """A code is for approved requests only."""
    with refused(InvalidStatusError, "documented: a code needs an approved request"):
        await client.requests.generate_otp(created.videoid.request_pk)


async def test_update_answers_the_bare_request(client, wire, created):
    """The request of a Video ID can be changed by who knows its scratchcard."""
    request = await client.requests.get(created.videoid.request_pk)

    await client.requests.update(
        request.pk,
        RequestUpdate(
            scratchcard=request.scratchcard,
            email="another@example.com",
            registration_authority=request.registration_authority,
            profile=request.profile,
            country_name="ES",
        ),
    )

    pk, email = map(wire.last.get, ("pk", "email"))
    assert str(pk).rstrip(",") == str(request.pk), (
        "documented: update answers the request without an envelope"
    )
    assert email == "another@example.com", "documented: it is changed"


async def test_video_can_be_fetched(client, reviewable):
    """The guides name the download of a video; its path is the older generation's."""
    video = await client.videoid.download_video(reviewable.videoid_pk)

    assert video == VIDEO, "documented: the video can be fetched"


async def test_refusal_cancels_the_request(client, becomes, reviewable, rao_id):
    """An officer may refuse the person, which ends the request."""
    await client.videoid.refuse(reviewable.videoid_pk, reason="a test", rao_id=rao_id)

    await becomes(reviewable.request_pk, "CANCELLED")


async def test_approval_makes_the_request_ready(client, becomes, reviewable, rao_id):
    """An officer's approval validates and approves in one step."""
    await client.videoid.approve(reviewable.videoid_pk, rao_id=rao_id)

    await becomes(reviewable.request_pk, "ENROLLREADY")
