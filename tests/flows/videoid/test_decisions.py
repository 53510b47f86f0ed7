"""Approving and refusing a person who was identified by video."""

import asyncio

import attrs
import pytest

from oneshot_async import Polling, RaoLogin, Request
from oneshot_async._means import Means
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    CredentialsError,
    RequestCancelledError,
)
from oneshot_async.identification import Identification
from oneshot_async.models.identification_state import IdentificationState

RAO = "1182"
IMPATIENT = Polling(first=0.02, longest=0.05, deadline=5, settle=0.2)


@pytest.fixture
async def impatient(connect, reviewable):
    """The same, taken up by who does not wait long for an unclear outcome."""
    client = await connect(polling=IMPATIENT)
    return await client.resume_identification(reviewable.state)


@attrs.define
class Slow:
    """A service whose answers run ahead of its statuses, without any server."""

    statuses: list

    async def get(self, pk):
        return Request(pk=pk, status=self.statuses.pop(0))

    async def approve(self, *_, **__):
        """Say yes."""


async def test_an_approval_is_waited_for():
    """It may take some time until the status shows what was answered."""
    service = Slow(["VIDEOREVIEW", "VIDEOREVIEW", "VIDEOREVIEW", "ENROLLREADY"])
    means = Means(service, service, service, IMPATIENT, None)
    state = IdentificationState(request_pk=1, videoid_pk=2)
    identification = Identification(state, means)

    assert (await identification.approve(rao_id=RAO)).status == "ENROLLREADY"
    assert service.statuses == []


async def test_a_lost_answer_to_a_refusal_is_settled(reviewable, simulator):
    """If the answer is lost, the request's status tells that it is refused."""
    seen = len(simulator.calls)
    simulator.faults.answer_lost = 1.0
    refusing = asyncio.create_task(reviewable.refuse(reason="x", rao_id=RAO))
    await simulator.calls.wait(lambda _: True, skip=seen + 1)
    simulator.faults.answer_lost = 0.0

    await refusing
    with pytest.raises(RequestCancelledError):
        await reviewable.reviewable()


async def test_a_refusal_that_never_arrived_is_not_claimed(impatient, simulator):
    """If it does not show in the status, it stays unclear."""
    seen = len(simulator.calls)
    simulator.faults.unavailable = 1.0
    refusing = asyncio.create_task(impatient.refuse(reason="x", rao_id=RAO))
    await simulator.calls.wait(lambda _: True, skip=seen)
    simulator.faults.unavailable = 0.0

    with pytest.raises(AmbiguousOutcomeError, match="refuse"):
        await refusing


async def test_an_approval_that_never_arrived_is_not_claimed(impatient, simulator):
    """The second of two steps is not taken for done because the first one is."""
    simulator.videoid.two_steps = True
    await impatient.approve(rao_id=RAO)
    seen = len(simulator.calls)
    approving = asyncio.create_task(impatient.approve(rao_id=RAO))
    await simulator.calls.wait(lambda _: True, skip=seen)
    simulator.faults.unavailable = 1.0
    await simulator.calls.wait(lambda _: True, skip=seen + 1)
    simulator.faults.unavailable = 0.0

    with pytest.raises(AmbiguousOutcomeError, match="approve"):
        await approving


@pytest.mark.parametrize("decision", ["approve", "refuse"])
async def test_an_officer_may_log_in(reviewable, decision):
    """Both decisions are those of the officer given, not of the client's."""
    nobody = RaoLogin(username="nobody", password="word", pin="1")
    call = {
        "approve": lambda: reviewable.approve(rao_id=RAO, rao=nobody),
        "refuse": lambda: reviewable.refuse(reason="x", rao_id=RAO, rao=nobody),
    }

    with pytest.raises(CredentialsError, match="RAO's id"):
        await call[decision]()


async def test_what_is_approved_is_reviewable_no_more(reviewable):
    """Who asks late does not wait for a review that is over."""
    await reviewable.approve(rao_id=RAO)

    assert (await reviewable.reviewable()).status == "ENROLLREADY"
