"""What ends a `begin` after its create says how to go on, so that nothing is lost."""

import ast
import asyncio
import json

import pytest

from oneshot_async import Polling, RaoToken
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    NotFoundError,
    RequestCancelledError,
    UnsupportedFileError,
    WaitTimeoutError,
)

CREATE = ("POST", "/create")
SHORT = Polling(first=0.02, longest=0.05, deadline=0.3, settle=0.3)


@pytest.fixture
async def impatient(connect, inbox, receiver):
    """A client that gives up after a moment."""
    return await connect(inbox=inbox, callbacks=receiver.urls, polling=SHORT)


def told(error):
    """Return the state in an error's note."""
    (note,) = error.__notes__
    return ast.literal_eval(note.partition(" from ")[2])


async def test_wait_that_ends_in_begin_is_gone_on_with(
    simulator, impatient, person, pdf, telephone, times
):
    """A request that is approved too late is signed from the state of the error."""
    simulator.timings.approval = 3600
    with pytest.raises(WaitTimeoutError, match="resume") as caught:
        await impatient.begin(person(), documents=[pdf])
    simulator.clock.advance(3600)

    signing = await impatient.resume(json.loads(json.dumps(caught.value.state)))
    await signing.approved()
    await signing.upload(pdf)

    assert len(await signing.sign(await telephone.code_for(signing))) == 1
    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_lost_create_is_gone_on_with(simulator, impatient, person, pdf, until):
    """The state of an error finds a create that no callback had told of in time."""
    simulator.faults.answer_lost = simulator.faults.lost = 1
    with pytest.raises(AmbiguousOutcomeError) as caught:
        await impatient.begin(person(), documents=[pdf])
    simulator.faults.answer_lost = simulator.faults.lost = 0
    await until(lambda: len(simulator.callbacks) == 2)
    (pk,) = simulator.requests
    simulator.force(pk, "ENROLLREADY")

    assert caught.value.state["request_pk"] is None
    assert (await impatient.resume(caught.value.state)).request_pk == pk


async def test_refusals_after_the_create_have_the_state(
    simulator, client, person, pdf, telephone
):
    """A document that is refused, and a request that is cancelled, say which it was."""

    async def cancel(state):
        if state["request_pk"]:
            simulator.force(state["request_pk"], "CANCELLED")

    async def no_pdf():
        yield b"plain text"

    with pytest.raises(UnsupportedFileError) as refused:
        await client.begin(person(), documents=[no_pdf])
    with pytest.raises(RequestCancelledError) as cancelled:
        await client.begin(person(), documents=[pdf], on_state=cancel)

    states = [refused.value.state, cancelled.value.state]
    assert [state["request_pk"] for state in states] == list(simulator.requests)


async def test_refused_create_has_none(client, person, pdf):
    """Where nothing was created there is nothing to go on from."""
    with pytest.raises(NotFoundError, match="Token") as caught:
        await client.begin(person(), [pdf], rao=RaoToken("unknown"))

    assert caught.value.state is None


async def test_error_of_the_keeper_says_it_in_a_note(
    simulator, client, person, pdf, telephone
):
    """If the state cannot be kept, that error has it."""

    async def fail(state):
        if state["request_pk"]:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room") as caught:
        await client.begin(person(), documents=[pdf], on_state=fail)

    assert [told(caught.value)["request_pk"]] == list(simulator.requests)


async def test_cancellation_says_it_in_a_note(simulator, client, person, pdf, until):
    """A `begin` that is cancelled after the create has it in the cancellation."""
    simulator.timings.approval = 3600
    began = asyncio.create_task(client.begin(person(), documents=[pdf]))
    await until(lambda: simulator.calls and simulator.calls[-1] != CREATE)
    began.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await began

    assert [told(caught.value)["request_pk"]] == list(simulator.requests)


async def test_state_is_not_shown(simulator, impatient, person, pdf):
    """An error prints nothing of its state, and its state nothing of the person."""
    simulator.timings.approval = 3600
    signer = person()
    with pytest.raises(WaitTimeoutError) as caught:
        await impatient.begin(signer, documents=[pdf])
    state = caught.value.state

    shown = f"{caught.value} {caught.value!r}"
    personal = [signer.email, signer.serial_number, signer.given_name]
    assert state["correlation"] not in shown
    assert not [text for text in personal if text in json.dumps(state)]
