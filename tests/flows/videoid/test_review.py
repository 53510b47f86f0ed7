"""What the officer decides: approve, approve in two steps, or refuse."""

import asyncio

import pytest

from oneshot_async import Polling
from oneshot_async.errors import (
    InvalidStatusError,
    RequestCancelledError,
    WaitTimeoutError,
)

NEXT_STEPS = {
    "review": lambda identification, _: identification.reviewable(),
    "approve": lambda identification, _: identification.approve(rao_id="any"),
    "sign": lambda identification, pdf: identification.signing(pdf),
}


@pytest.mark.parametrize("step", NEXT_STEPS)
async def test_a_refusal_ends_the_flow(reviewable, simulator, pdf, step):
    """After a refusal every other step says that the request is cancelled."""
    await reviewable.refuse(reason="blurred", rao_id=simulator.rao_id)

    with pytest.raises(RequestCancelledError) as caught:
        await NEXT_STEPS[step](reviewable, pdf)

    pk = reviewable.request_pk
    assert str(caught.value) == (
        f"request {pk} is cancelled. It cannot be taken up again: begin a new request."
    )
    assert (caught.value.request_pk, caught.value.status) == (pk, "CANCELLED")
    assert simulator.videoids[reviewable.videoid_pk].refusal_reason == "blurred"


async def test_who_waits_learns_of_a_refusal(reviewable, simulator, pdf):
    """A refusal ends a wait for the approval that has begun already."""
    seen = len(simulator.calls)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        signing = group.create_task(_refused(reviewable.signing(pdf)))
        await simulator.calls.wait(lambda _: True, skip=seen)
        await reviewable.refuse(reason="blurred", rao_id=simulator.rao_id)

    assert signing.result().status == "CANCELLED"


async def _refused(waiting):
    with pytest.raises(RequestCancelledError) as caught:
        await waiting
    return caught.value


async def test_two_steps_need_two_approvals(
    reviewable, simulator, approvals, signed_by
):
    """The first approval validates, the second one approves, a third is not sent."""
    simulator.videoid.two_steps = True

    decided = [await reviewable.approve(rao_id=simulator.rao_id) for _ in range(3)]

    statuses = ["CREATED", "ENROLLREADY", "ENROLLREADY"]
    assert [request.status for request in decided] == statuses
    assert approvals() == 2
    assert (await signed_by(reviewable)).valid


async def test_one_approval_of_two_does_not_sign(reviewable, simulator, connect, pdf):
    """What is only validated is waited for in vain."""
    simulator.videoid.two_steps = True
    await reviewable.approve(rao_id=simulator.rao_id)
    hasty = await connect(polling=Polling(first=0.02, longest=0.02, deadline=0.1))
    resumed = await hasty.resume_identification(reviewable.state)

    with pytest.raises(WaitTimeoutError, match="ENROLLREADY"):
        await resumed.signing(pdf)


async def test_approving_twice_sends_nothing_twice(reviewable, simulator, approvals):
    """What is approved already is returned as it is."""
    await reviewable.approve(rao_id=simulator.rao_id)

    again = await reviewable.approve(rao_id=simulator.rao_id)

    assert (again.status, approvals()) == ("ENROLLREADY", 1)


async def test_a_lost_answer_to_an_approval_is_settled(reviewable, simulator):
    """If the answer is lost, the request's status tells that it is approved."""
    seen = len(simulator.calls)
    approving = asyncio.create_task(reviewable.approve(rao_id=simulator.rao_id))
    await simulator.calls.wait(lambda _: True, skip=seen)
    simulator.faults.answer_lost = 1.0
    await simulator.calls.wait(lambda _: True, skip=seen + 2)
    simulator.faults.answer_lost = 0.0

    approved = await approving

    assert approved.status == "ENROLLREADY"


async def test_nothing_is_approved_before_the_review(identify, simulator):
    """An approval of what nobody has done yet is refused."""
    identification = await identify()

    with pytest.raises(InvalidStatusError):
        await identification.approve(rao_id=simulator.rao_id)
