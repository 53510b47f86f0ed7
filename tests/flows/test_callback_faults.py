"""Callbacks that fail in every known way: the flow ends right, and pays once."""

import asyncio

import pytest

from oneshot_async import Polling, Retries
from oneshot_async.errors import RequestCancelledError, VideoIdFailedError

FAULTS = {
    "none": {},
    "lost": {"lost": 1},
    "doubled": {"doubled": 1},
    "reordered": {"reordered": 1},
    "late": {"late": 0.1},
    "without_pk": {"without_pk": 1},
    "old_form": {"old_form": 1},
    "string_pk": {"string_pk": 1},
    "single_certificate": {"single_certificate": 1},
    "forged": {"forged": 1},
    "unknown_event": {"unknown_event": 1},
    "before_answer": {"before_answer": 1},
}
ALL = {name: value for fault in FAULTS.values() for name, value in fault.items()}
HALF = {name: 0.5 for name in ALL if name != "late"}
OFTEN = Polling(first=0.02, longest=0.05, deadline=5, settle=1)
SELDOM = Polling(first=60, longest=60, deadline=10)
# A forged callback may be the very double of a true one, which is then passed over.
WAKING = FAULTS.keys() - {"lost", "reordered", "forged"}


@pytest.fixture
def switch(simulator):
    """A function that switches faults."""

    def on(faults):
        for name, value in faults.items():
            setattr(simulator.faults, name, value)

    return on


@pytest.mark.parametrize(
    "faults",
    [*FAULTS.values(), ALL, ALL | {"lost": 0}, *[HALF | {"seed": n} for n in range(5)]],
    ids=[*FAULTS, "all", "all but lost", *[f"half-{n}" for n in range(5)]],
)
async def test_flow_ends_right(
    simulator, client, inbox, switch, whole_flow, pdf, times, faults
):
    """Whatever becomes of the callbacks, the flow ends with the signed document."""
    switch(faults)

    (signed,) = await whole_flow(client)

    (pk,) = simulator.requests
    (document,) = simulator.requests[pk].documents.values()
    assert signed.content == document.signed
    assert times() == {"create": 1, "otp": 1, "sign": 1}
    assert inbox.statistics().waiting == 0


@pytest.mark.parametrize("fault", sorted(WAKING))
async def test_callback_wakes(
    connect, inbox, receiver, switch, whole_flow, times, fault
):
    """Every true callback that arrives wakes its flow, in whatever form."""
    switch(FAULTS[fault])
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=SELDOM)

    await whole_flow(client)

    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_forged_approval_ends_no_wait(
    simulator, client, switch, person, pdf, inbox
):
    """A callback that lies about the status has the flow ask, and wait on."""
    switch({"forged": 1})
    simulator.timings.approval = 3600
    begin = asyncio.create_task(client.begin(person(), documents=[pdf]))
    await simulator.callbacks.wait(lambda record: True, skip=2)
    asked = len(simulator.calls)
    await simulator.calls.wait(lambda call: True, skip=asked)

    assert not begin.done()
    simulator.clock.advance(3600)
    await begin
    assert simulator.requests[begin.result().request_pk].status == "ENROLLREADY"


async def test_callback_about_another_request_is_refused(
    simulator, client, switch, whole_flow, person, pdf, inbox
):
    """What comes to one request's URL cannot say anything about another."""
    first = await client.begin(person(1), documents=[pdf])
    simulator.force(first.request_pk, "CREATED")
    switch({"forged": 1})
    await whole_flow(client, number=2)
    lies = [
        record
        for record in simulator.callbacks
        if record.body["request"]["status"] == "CANCELLED"
    ]

    assert {record.outcome for record in lies[1:]} == {400}


@pytest.mark.parametrize(
    ("status", "error"),
    [("CANCELLED", RequestCancelledError), ("VIDEOERROR", VideoIdFailedError)],
)
@pytest.mark.parametrize("polling", [OFTEN, SELDOM], ids=["often", "seldom"])
async def test_dead_end_ends_the_wait_for_approval(
    simulator, connect, inbox, receiver, person, pdf, polling, status, error
):
    """A request that can never be approved ends the wait with its own error."""
    simulator.timings.approval = 3600
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=polling)
    begin = asyncio.create_task(client.begin(person(), documents=[pdf]))
    await simulator.calls.wait(lambda call: call[1] == "/request/{pk}")
    (pk,) = simulator.requests

    simulator.force(pk, status)
    with pytest.raises(error) as caught:
        await begin

    assert (caught.value.request_pk, caught.value.status) == (pk, status)
    assert inbox.statistics().waiting == 0


async def test_cancellation_ends_the_wait_for_the_signature(
    simulator, client, person, pdf, telephone, inbox
):
    """A request that is cancelled while it signs ends the wait."""
    simulator.timings.issue = 3600
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    signed = asyncio.create_task(signing.sign(code))
    await simulator.calls.wait(lambda call: call[1] == "/request/{pk}", skip=2)

    simulator.force(signing.request_pk, "CANCELLED")
    with pytest.raises(RequestCancelledError, match="begin a new request"):
        await signed

    assert inbox.statistics().waiting == 0


async def test_optimizer_that_fails_now_and_then_is_no_matter(
    simulator, connect, inbox, receiver, person, pdf, telephone
):
    """While it waits, a flow outlives an Optimizer that answers every other time."""
    retries = Retries(attempts=30, first_delay=0)
    client = await connect(inbox=inbox, callbacks=receiver.urls, retries=retries)
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    simulator.timings.issue = 0.2
    signed = asyncio.create_task(signing.sign(code))
    await simulator.calls.wait(lambda call: call[1] == "/sign/{pk}")
    await simulator.calls.wait(lambda call: call[1] == "/request/{pk}", skip=2)
    simulator.faults.unavailable = 0.5

    assert len(await signed) == 1
