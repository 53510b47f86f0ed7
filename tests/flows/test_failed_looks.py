"""Looks that fail while a flow waits: they are late looks, and hide nothing."""

import asyncio

import pytest

from oneshot_async import CallbackEvent, Polling, Retries
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    NotFoundError,
    ServerError,
    TransportError,
    WaitTimeoutError,
)

LOOK = ("GET", "/request/{pk}")
FAULTS = ["answer_lost", "unavailable", "crashed"]
ONCE = Retries(attempts=1)
SHORT = Polling(first=0.02, longest=0.05, deadline=1.5, settle=1.5)


@pytest.fixture
async def client(connect, inbox, receiver):
    """A client that hears callbacks and tries nothing twice."""
    return await connect(inbox=inbox, callbacks=receiver.urls, retries=ONCE)


@pytest.fixture
async def impatient(connect):
    """A client that only polls, for a moment, and tries nothing twice."""
    return await connect(polling=SHORT, retries=ONCE)


@pytest.fixture
def fail_looks(simulator):
    """A function that has a fault from now on, until some looks have failed."""

    async def fail(fault, looks=3):
        setattr(simulator.faults, fault, 1)
        seen = list(simulator.calls).count(LOOK)
        await simulator.calls.wait(lambda call: call == LOOK, skip=seen + looks - 1)
        setattr(simulator.faults, fault, 0)

    return fail


@pytest.fixture
def fail_later_looks(simulator, fail_looks):
    """A function that does so after a look without an answer."""

    async def fail(fault, looks=3):
        seen = list(simulator.calls).count(LOOK)
        await simulator.calls.wait(lambda call: call == LOOK, skip=seen)
        simulator.faults.answer_lost = 0
        await fail_looks(fault, looks)

    return fail


@pytest.fixture
def lost_signature(telephone, simulator):
    """A function that signs, and loses this answer and those after it."""

    async def sign(signing):
        code = await telephone.code_for(signing)
        simulator.faults.answer_lost = 1
        return await signing.sign(code)

    return sign


@pytest.mark.parametrize("fault", FAULTS)
async def test_failed_look_does_not_hide_a_signature(
    client, person, pdf, lost_signature, fail_later_looks, times, fault
):
    """A signature whose answer was lost is found when looking succeeds again."""
    signing = await client.begin(person(), documents=[pdf])

    async with asyncio.TaskGroup() as group:
        group.create_task(fail_later_looks(fault))
        signed = group.create_task(lost_signature(signing))

    assert len(signed.result()) == 1
    assert times()["sign"] == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_unseen_signature_is_told_as_unclear(
    simulator, impatient, person, pdf, lost_signature, fail_later_looks, fault
):
    """If no look succeeds, it is said that it may have been signed, no more."""
    signing = await impatient.begin(person(), documents=[pdf], useasync=False)

    failing = asyncio.create_task(fail_later_looks(fault, looks=999))

    with pytest.raises(AmbiguousOutcomeError, match=r"sign.*may have been carried"):
        await lost_signature(signing)
    failing.cancel()
    setattr(simulator.faults, fault, 0)

    assert len(await signing.download()) == 1


async def test_refused_look_does_not_hide_a_signature(
    simulator, impatient, person, pdf, lost_signature, until
):
    """A look that is refused says nothing of the signature either."""
    signing = await impatient.begin(person(), documents=[pdf], useasync=False)
    seen = list(simulator.calls).count(LOOK)
    signed = asyncio.create_task(lost_signature(signing))
    await until(lambda: list(simulator.calls).count(LOOK) > seen)
    del simulator.requests[signing.request_pk]
    simulator.faults.answer_lost = 0

    with pytest.raises(AmbiguousOutcomeError, match="sign"):
        await signed


@pytest.mark.parametrize("fault", FAULTS)
async def test_failed_look_does_not_end_a_wait(
    simulator, client, person, pdf, fail_looks, times, fault
):
    """A request that was paid for is gone on with after a failure of the service."""
    async with asyncio.TaskGroup() as group:

        async def fail(state):
            if state["request_pk"] and not state["documents"]:
                group.create_task(fail_looks(fault))

        signing = await client.begin(person(), documents=[pdf], on_state=fail)

    assert [signing.request_pk] == list(simulator.requests)
    assert times()["create"] == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_failed_look_does_not_hide_a_request(
    simulator, client, person, pdf, fail_later_looks, times, fault
):
    """A create whose answer was lost is found when looking succeeds again."""
    simulator.faults.answer_lost = 1

    async with asyncio.TaskGroup() as group:
        group.create_task(fail_later_looks(fault))
        begun = group.create_task(client.begin(person(), documents=[pdf]))

    assert [begun.result().request_pk] == list(simulator.requests)
    assert times()["create"] == 1


async def test_request_that_cannot_be_read_keeps_none_from_being_found(
    simulator, client, inbox, person, pdf
):
    """A number that nobody can read is asked for again, and others in between."""
    simulator.faults.answer_lost = 1
    missing = 999

    async def name(state):
        if state["request_pk"] is None:
            await inbox.deliver(
                CallbackEvent(
                    pk=missing, status="CREATED", correlation=state["correlation"]
                )
            )

    async with asyncio.TaskGroup() as group:
        begun = group.create_task(client.begin(person(), [pdf], on_state=name))
        await simulator.calls.wait(lambda call: call == LOOK, skip=2)
        simulator.faults.answer_lost = 0

    assert [begun.result().request_pk] == list(simulator.requests)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("answer_lost", TransportError), ("crashed", ServerError)],
)
async def test_wait_without_a_look_ends_at_its_deadline(
    simulator, impatient, person, fault, cause
):
    """A wait in which every look fails ends in time, and says what failed last."""
    created = await impatient.requests.create(person())
    signing = await impatient.resume({"request_pk": created.pk})
    setattr(simulator.faults, fault, 1)

    with pytest.raises(WaitTimeoutError, match="waiting for") as caught:
        await signing.approved()

    assert isinstance(caught.value.__cause__, cause)


async def test_refused_look_ends_a_wait(simulator, client):
    """What is refused once would be refused again: nobody waits for that."""
    signing = await client.resume({"request_pk": 999})

    with pytest.raises(NotFoundError):
        await signing.approved()

    assert list(simulator.calls) == [LOOK]
