"""What the simulator tells a real server about its requests."""

import socket
from datetime import UTC, datetime

import pytest


async def test_every_status_is_told_in_order(api, target, create, sample, settle):
    """Creation, approval and certificate are told one after the other."""
    simulator = api.simulator
    pk = await create()
    await api.approval()
    await api.upload(pk, sample)
    await api.sign(pk, secret=await api.code(pk))
    await settle()

    simulator.clock.advance(simulator.timings.issue)
    created, approved, enrolled = await target.take(3)
    sent_at = simulator.clock.now()

    assert created == {
        "event_type": "REQUEST_CREATED",
        "sent_at": created["sent_at"],
        "request": {
            "status": "CREATED",
            "profile": "PFnubeQAFCiudadano",
            "registration_authority": 3,
            "scratchcard": simulator.requests[pk].scratchcard,
            "pk": pk,
        },
        "certificates": [],
    }
    assert approved["event_type"] == "REQUEST_APPROVED"
    assert approved["request"]["status"] == "ENROLLREADY"
    assert enrolled["event_type"] == "REQUEST_ENROLLED"
    assert enrolled["request"]["status"] == "ISSUED"
    assert enrolled["sent_at"] == f"{sent_at:%Y%m%d%H%M%S}"


async def test_the_certificate_is_good_for_a_day(api, target, create, sample, settle):
    """The last callback carries the one certificate, valid for 24 hours."""
    pk = await create()
    await api.approval()
    await api.upload(pk, sample)
    await api.sign(pk, secret=await api.code(pk))
    await settle()
    api.simulator.clock.advance(api.simulator.timings.issue)

    (certificate,) = (await target.take(3))[-1]["certificates"]
    start, end = (
        datetime.strptime(certificate[name], "%Y%m%d %H:%M:%S").replace(tzinfo=UTC)
        for name in ("valid_from", "valid_to")
    )

    assert certificate["status"] == "VALID"
    assert len(certificate["serial_number"]) == 16
    assert (end - start).total_seconds() == 24 * 3600


async def test_a_cancellation_is_told(api, target, create):
    """Deleting a request is told with the spelling of the event and of the status."""
    pk = await create()

    await api.call("DELETE", f"/request/{pk}")
    _, cancelled = await target.take(2)

    assert cancelled["event_type"] == "REQUEST_CANCELED"
    assert cancelled["request"]["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("CANCELLED", "REQUEST_CANCELED"),
        ("VIDEOPENDING", "REQUEST_CREATED"),
        ("VIDEOREVIEW", "VIDEOID_UPDATED"),
        ("VIDEOERROR", "VIDEOID_FAILED"),
        ("PONDERED", "REQUEST_PONDERED"),
    ],
)
async def test_a_forced_status_is_told(api, target, create, status, event):
    """Forcing a status sends the callback that belongs to it."""
    pk = await create()

    api.simulator.force(pk, status)
    _, forced = await target.take(2)

    assert (forced["event_type"], forced["request"]["status"]) == (event, status)


async def test_a_cancelled_request_is_not_approved(api, target, create):
    """A request that is cancelled before its approval stays cancelled."""
    pk = await create()
    api.simulator.force(pk, "CANCELLED")

    await api.approval()
    api.simulator.force(pk, "PONDERED")
    told = await target.events(3)

    assert told == ["REQUEST_CREATED", "REQUEST_CANCELED", "REQUEST_PONDERED"]


async def test_without_useasync_nothing_is_told(api, target, create):
    """A callback URL counts only together with useasync."""
    silent = await api.create(callback=target.url)

    api.simulator.force(silent, "CANCELLED")
    other = await create()
    (body,) = await target.take(1)

    assert body["request"]["pk"] == other


async def test_one_callback_waits_for_the_answer_to_another(api, target, create):
    """The next callback of a request follows the answer, that of another does not."""
    target.may_answer.clear()
    pk = await create()
    api.simulator.force(pk, "CANCELLED")
    other = await create()

    early = await target.take(2)
    target.may_answer.set()
    (late,) = await target.take(1)

    assert [body["request"]["pk"] for body in early] == [pk, other]
    assert late["event_type"] == "REQUEST_CANCELED"


async def test_outcomes_are_written_down(api, create, target):
    """What the receiver answered is kept, and neither URL nor body are shown."""
    pk = await create()

    outcomes = await api.told(1)
    (record,) = api.simulator.callbacks

    assert outcomes == [204]
    assert (record.pk, record.at) == (pk, api.simulator.clock.now())
    assert record.url == target.url
    assert target.url not in repr(record)
    assert record.body["event_type"] == "REQUEST_CREATED"


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "nonsense", "http://["])
async def test_an_unreachable_receiver_harms_nobody(api, url):
    """A callback that cannot be delivered is written down as failed."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    pk = await api.create(useasync="true", callback=url.format(port=port))

    (outcome,) = await api.told(1)
    reply = await api.call("GET", f"/request/{pk}")

    assert outcome.startswith("failed: ")
    assert reply.status == 200
