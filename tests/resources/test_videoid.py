"""The calls of the Video ID tag, on the simulator."""

import pytest

from oneshot_async import (
    Billing,
    OneShotClient,
    RaoLogin,
    RaoToken,
    RequestUpdate,
)
from oneshot_async.errors import InvalidInputError, NotFoundError
from oneshot_async.simulator import Simulator, VideoIdRules

PHONE = "+34600000000"
TOLD = ("pk", "requests", "status", "videoid_link", "refusal_reason")


@pytest.fixture
async def simulator():
    async with Simulator(videoid=VideoIdRules(external=True)) as running:
        yield running


@pytest.fixture
async def client(simulator):
    billing = Billing(
        username=simulator.billing_username, password=simulator.billing_password
    )
    async with OneShotClient(
        simulator.url,
        rao=RaoToken(simulator.token),
        billing=billing,
        env="sandbox",
        profile="PFnubeQAFCiudadano",
        registration_authority="3",
    ) as opened:
        yield opened


@pytest.fixture
async def created(client):
    return await client.videoid.create(
        mobile_phone_number=PHONE, email="someone@example.com"
    )


async def test_a_videoid_has_a_number_apart_from_its_requests(created, simulator):
    """Create answers both numbers, and no link where evidence is uploaded."""
    record = simulator.videoids[created.videoid_pk]

    assert record.request.pk == created.request_pk != created.videoid_pk
    assert created.videoid_link == ""


async def test_a_link_is_not_shown(client, simulator):
    """The link, which lets anyone act as the person, is not in the repr."""
    simulator.videoid.external = False

    created = await client.videoid.create(
        mobile_phone_number=PHONE, email="someone@example.com"
    )

    assert created.videoid_link.startswith("http://127.0.0.1")
    assert created.videoid_link not in repr(created)


async def test_a_video_comes_back_as_it_went(client, created, tmp_path):
    """A video larger than any buffer is streamed both ways and reports its size."""
    video, told, got = bytes(range(256)) * 20_000, [], []
    await client.videoid.upload_video(created.videoid_pk, video, progress=told.append)
    saved = await client.videoid.download_video(
        created.videoid_pk, to=tmp_path / "v.mp4", progress=got.append
    )
    fetched = await client.videoid.download_video(created.videoid_pk)

    assert saved == tmp_path / "v.mp4"
    assert saved.read_bytes() == fetched == video
    assert (told[-1].done, got[-1].done) == (len(video), len(video))


async def test_a_missing_video_is_not_found(client, created):
    """A video that was never uploaded cannot be fetched."""
    with pytest.raises(NotFoundError):
        await client.videoid.download_video(created.videoid_pk)


async def test_an_officer_may_log_in(client, created, simulator):
    """A refusal carries user name, password and PIN just as well as a token."""
    simulator.force(created.request_pk, "VIDEOREVIEW")
    rao = RaoLogin(
        username=simulator.rao_username,
        password=simulator.rao_password,
        pin=simulator.rao_pin,
    )

    await client.videoid.refuse(
        created.videoid_pk, reason="blurred", rao_id="1182", rao=rao
    )

    assert simulator.videoids[created.videoid_pk].refusal_reason == "blurred"


async def test_a_refusal_needs_a_reason(client, created, simulator):
    """Without a reason nothing is sent."""
    with pytest.raises(InvalidInputError, match="reason"):
        await client.videoid.refuse(created.videoid_pk, reason="", rao_id="1182")

    assert ("POST", "/videoid/{pk}/refuse") not in list(simulator.calls)


async def test_an_update_tells_of_the_videoid(client, created, simulator):
    """What the answer to an update has beyond a request is kept and not shown."""
    update = RequestUpdate(
        scratchcard=simulator.requests[created.request_pk].scratchcard,
        email="other@example.com",
        registration_authority="3",
        profile="PFnubeQAFCiudadano",
        country_name="PT",
        given_name="Ñandú",
    )

    request = await client.requests.update(created.request_pk, update)

    assert (request.status, request.given_name) == ("VIDEOPENDING", "Ñandú")
    assert (request.country_name, request.mobile_phone_number) == ("PT", PHONE)
    assert request.extra["paperless_mode"] is False
    assert request.extra["videoid_mode"] is True
    told = {name: request.extra["videoid_data"][name] for name in TOLD}
    assert told == {
        "pk": created.videoid_pk,
        "requests": created.request_pk,
        "status": "PENDING",
        "videoid_link": "",
        "refusal_reason": "",
    }
    assert "videoid_data" not in repr(request)


async def test_the_status_of_a_videoid_follows_its_evidence(
    client, created, simulator, evidences
):
    """An update tells when the evidence is complete."""
    record = simulator.requests[created.request_pk]
    update = RequestUpdate(
        scratchcard=record.scratchcard,
        email=record.applicant.email,
        registration_authority="3",
        profile="PFnubeQAFCiudadano",
        country_name="ES",
    )
    await client.videoid.upload_evidences(created.videoid_pk, evidences())
    before = await client.requests.update(created.request_pk, update)
    await client.videoid.upload_video(created.videoid_pk, b"video")
    after = await client.requests.update(created.request_pk, update)

    statuses = [each.extra["videoid_data"]["status"] for each in (before, after)]
    assert statuses == ["PENDING", "COMPLETE"]
    assert after.given_name == "Łukasz"
