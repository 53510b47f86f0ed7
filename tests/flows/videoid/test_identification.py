"""Identification by video, from the link or the evidence to the signed document."""

import asyncio

import pytest

from oneshot_async.errors import VideoIdFailedError


async def test_a_person_identifies_on_the_page_and_signs(
    identify, visit, simulator, signed_by
):
    """Page, review, approval, signature: in the name that the page gave."""
    async with asyncio.timeout(10):
        identification = await identify()
        await visit(identification.link, outcome="finish", given_name="Ñandú")
        reviewable = await identification.reviewable()
        approved = await identification.approve(rao_id=simulator.rao_id)
        check = await signed_by(identification)

    assert (reviewable.status, approved.status) == ("VIDEOREVIEW", "ENROLLREADY")
    assert check.valid
    assert check.signer.startswith("Ñandú")


async def test_uploaded_evidence_is_reviewed(identify, simulator, evidences, signed_by):
    """An external identification signs in the name that its evidence gave."""
    simulator.videoid.external = True
    async with asyncio.timeout(10):
        identification = await identify()
        await identification.upload_evidences(evidences)
        await identification.upload_video(b"video" * 1000)
        await identification.reviewable()
        await identification.approve(rao_id=simulator.rao_id)
        check = await signed_by(identification)

    record = simulator.videoids[identification.videoid_pk]
    assert identification.link == ""
    assert check.signer.startswith("Łukasz Gómez")
    assert record.video == b"video" * 1000
    assert record.evidences["videoid_data"]["similarity_level"] == 90


@pytest.mark.parametrize("uploaded", ["evidences", "video"])
async def test_half_of_the_evidence_is_not_reviewed(
    identify, simulator, evidences, uploaded
):
    """Evidence without the video, or the video alone, leaves it incomplete."""
    simulator.videoid.external = True
    identification = await identify()
    if uploaded == "evidences":
        await identification.upload_evidences(evidences)
    else:
        await identification.upload_video(b"video")

    assert simulator.requests[identification.request_pk].status == "VIDEOINCOMPLETE"


async def test_a_failed_identification_is_named(identify, visit):
    """Who waits for a person that fails learns it by an error of its own."""
    identification = await identify()
    await visit(identification.link, outcome="fail")

    with pytest.raises(VideoIdFailedError):
        await identification.reviewable()


async def test_signing_waits_for_the_approval(identify, visit, connect, pdf, simulator):
    """An approval by another process is noticed; progress and state are told."""
    states, told = [], []
    identification = await identify()
    await visit(identification.link, outcome="finish")

    async def keep(state):
        states.append(state)

    async def approve():
        other = await (await connect()).resume_identification(identification.state)
        await other.reviewable()
        await other.approve(rao_id=simulator.rao_id)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        signing = group.create_task(
            identification.signing(pdf, on_state=keep, progress=told.append)
        )
        group.create_task(approve())

    (document,) = simulator.requests[identification.request_pk].documents
    assert signing.result().request_pk == identification.request_pk
    assert [each["uid"] for each in states[-1]["documents"]] == [document]
    assert told[-1].done == len(pdf)
    paths = [path for _, path in simulator.calls]
    assert paths.index("/videoid/{pk}/approve") < paths.index("/document/{pk}")


async def test_an_upload_of_the_video_tells_its_progress(identify, simulator):
    """The video of an external identification is counted on its way."""
    simulator.videoid.external = True
    told = []
    identification = await identify()

    await identification.upload_video(b"video" * 1000, progress=told.append)

    assert told[-1].done == 5000
