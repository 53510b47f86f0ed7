"""Answers to what is paid for in forms that nobody has documented: nothing is lost."""

import pytest

from oneshot_async import Polling
from oneshot_async.errors import AmbiguousOutcomeError, OtpRefusedError
from oneshot_async.simulator import ReplyShape

SHAPES = list(ReplyShape)
SHORT = Polling(first=0.02, longest=0.05, deadline=5, settle=0.1)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("useasync", [True, False])
async def test_signature_is_fetched_whatever_was_answered(
    simulator, client, person, pdf, telephone, shape, useasync
):
    """Any answer that is no refusal says that it is being signed."""
    signing = await client.begin(person(), documents=[pdf], useasync=useasync)
    code = await telephone.code_for(signing)
    simulator.faults.reply_shape = shape

    assert len(await signing.sign(code)) == 1


@pytest.mark.parametrize("shape", SHAPES)
async def test_refused_code_is_told_whatever_is_answered_otherwise(
    simulator, client, person, pdf, telephone, shape
):
    """A refusal stays one."""
    signing = await client.begin(person(), documents=[pdf])
    await telephone.code_for(signing)
    simulator.faults.reply_shape = shape

    with pytest.raises(OtpRefusedError):
        await signing.sign("000000x")


@pytest.mark.parametrize("shape", SHAPES)
async def test_request_is_found_whatever_was_answered(
    simulator, client, person, pdf, times, shape
):
    """A create whose answer makes no sense is found through its callback."""
    simulator.faults.reply_shape = shape

    signing = await client.begin(person(), documents=[pdf])

    assert [signing.request_pk] == list(simulator.requests)
    assert times()["create"] == 1


async def test_number_in_words_is_good_enough(simulator, connect, person, pdf):
    """Without callbacks the number is taken from the words of the answer."""
    client = await connect()
    simulator.faults.reply_shape = ReplyShape.BARE

    signing = await client.begin(person(), documents=[pdf])

    assert [signing.request_pk] == list(simulator.requests)


@pytest.mark.parametrize("shape", [ReplyShape.EMPTY, ReplyShape.TEXT])
async def test_request_that_is_not_found_is_told_as_unclear(
    simulator, connect, inbox, receiver, person, pdf, shape
):
    """If no callback comes, it is said that the request may have been created."""
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=SHORT)
    simulator.faults.reply_shape = shape
    simulator.faults.lost = 1

    with pytest.raises(AmbiguousOutcomeError, match=r"create.*may have been") as caught:
        await client.begin(person(), documents=[pdf])

    assert caught.value.state["correlation"]


async def test_video_id_may_have_no_link(simulator, client):
    """Where there is no page to identify on, null may stand for its link."""
    simulator.faults.reply_shape = ReplyShape.NULLS

    who = {"mobile_phone_number": "+34600000001", "email": "someone@example.com"}
    begun = await client.identify(**who)

    assert begun.link == ""
    assert [begun.request_pk] == list(simulator.requests)
