"""Answers that are lost after the work was done: found again, or told; never redone."""

import asyncio

import aiohttp
import pytest

from oneshot_async import CallbackEvent, Polling, Retries
from oneshot_async.errors import AmbiguousOutcomeError

SIGN = ("POST", "/sign/{pk}")
UPLOAD, DELETE = ("POST", "/document/{pk}"), ("DELETE", "/document/{pk}")
GET = ("GET", "/request/{pk}")
SHORT = Polling(first=0.02, longest=0.05, deadline=5, settle=2)
PATIENT = Retries(attempts=50, first_delay=0.001)


@pytest.fixture
async def client(connect, inbox, receiver):
    return await connect(inbox=inbox, callbacks=receiver.urls, retries=PATIENT)


@pytest.fixture
def lose(simulator):
    """A function that loses every answer until a call comes, or has a fault for it."""

    async def lose(until, fault="answer_lost"):
        setattr(simulator.faults, fault, 1)
        known = list(simulator.calls).count(until)
        await simulator.calls.wait(lambda call: call == until, skip=known)
        setattr(simulator.faults, fault, 0)

    return lose


@pytest.mark.parametrize("fault", ["answer_lost", "crashed"])
async def test_lost_create_is_found_by_its_callback(
    simulator, client, lose, person, pdf, telephone, times, fault
):
    """A request whose create was not answered is found through its callback."""
    async with asyncio.TaskGroup() as group:
        group.create_task(lose(until=GET, fault=fault))
        begun = group.create_task(client.begin(person(), documents=[pdf]))
    signing = begun.result()

    assert [signing.request_pk] == list(simulator.requests)
    assert len(await signing.sign(await telephone.code_for(signing))) == 1
    assert times() == {"create": 1, "otp": 1, "sign": 1}


@pytest.mark.parametrize("first", ["fixed", "minted"])
async def test_lost_create_is_found_though_callbacks_come_to_two_urls(
    simulator, connect, inbox, receiver, person, pdf, first
):
    """What the registration authority's own URL hears hides no callback of a create."""
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=SHORT)
    simulator.faults.answer_lost = simulator.faults.lost = 1
    begun = asyncio.create_task(client.begin(person(), documents=[pdf]))
    told = await simulator.callbacks.wait(lambda record: record.outcome == "lost")
    simulator.faults.answer_lost = 0
    urls = [told.url, receiver.urls.fixed()]

    async with aiohttp.ClientSession() as session:
        for url in urls if first == "minted" else reversed(urls):
            async with session.post(url, json=told.body) as answer:
                assert answer.status == 204

    assert [(await begun).request_pk] == list(simulator.requests)


@pytest.mark.parametrize("way", ["no inbox", "no callback comes"])
async def test_lost_create_that_is_not_found_is_told(
    simulator, connect, inbox, receiver, person, pdf, times, way
):
    """Without a callback nobody can tell whether it was created; that is told."""
    hears = {"inbox": inbox, "callbacks": receiver.urls} if way != "no inbox" else {}
    client = await connect(polling=Polling(settle=0.1), **hears)
    simulator.faults.answer_lost = simulator.faults.lost = 1
    states = []

    async def keep(state):
        states.append(state)

    with pytest.raises(AmbiguousOutcomeError, match="may have been carried out"):
        await client.begin(person(), documents=[pdf], on_state=keep)

    assert times()["create"] == 1
    assert [state["request_pk"] for state in states] == [None]
    assert inbox.statistics().waiting == 0


@pytest.mark.parametrize("fault", ["answer_lost", "crashed"])
async def test_lost_signature_is_settled_by_asking(
    client, lose, person, pdf, telephone, times, fault
):
    """A signature whose answer was lost is found to have been made."""
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    async with asyncio.TaskGroup() as group:
        group.create_task(lose(until=GET, fault=fault))
        signed = group.create_task(signing.sign(code))

    assert len(signed.result()) == 1
    assert times()["sign"] == 1


async def test_signature_that_was_not_made_is_told(
    simulator, connect, lose, person, pdf, telephone, times
):
    """If it does not look signed after a while, it stays open, and is not repeated."""
    polling = Polling(first=0.02, longest=0.05, settle=0.2)
    client = await connect(polling=polling, retries=PATIENT)
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    simulator.timings.issue = 3600

    with pytest.raises(AmbiguousOutcomeError, match="sign"):
        await asyncio.gather(signing.sign(code), lose(until=GET))

    assert times()["sign"] == 1
    simulator.timings.issue = 0
    simulator.clock.advance(3600)
    assert len(await signing.download()) == 1


async def test_lost_code_is_told(simulator, client, person, pdf, times):
    """A code whose sending was not answered is not sent twice."""
    signing = await client.begin(person(), documents=[pdf])
    simulator.faults.answer_lost = 1

    with pytest.raises(AmbiguousOutcomeError, match="otp"):
        await signing.send_otp()

    assert (times()["otp"], len(simulator.sms)) == (1, 1)


async def test_code_that_arrives_is_good(simulator, client, person, pdf, times):
    """The code of a sending that was not answered signs, if the person got it."""
    signing = await client.begin(person(), documents=[pdf])
    simulator.faults.answer_lost = 1
    with pytest.raises(AmbiguousOutcomeError, match="otp"):
        await signing.send_otp()
    simulator.faults.answer_lost = 0

    assert len(await signing.sign(simulator.sms[-1].code)) == 1
    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_lost_upload_is_done_anew(simulator, client, person, pdf):
    """Documents whose upload was not answered are deleted and sent again: once."""

    def lose_the_first(_):
        simulator.faults.answer_lost = DELETE not in simulator.calls

    async def lose_no_more():
        await simulator.calls.wait(lambda call: call == DELETE)
        simulator.faults.answer_lost = 0

    async with asyncio.TaskGroup() as group:
        group.create_task(lose_no_more())
        begun = group.create_task(
            client.begin(person(), documents=[pdf, pdf], progress=lose_the_first)
        )
    signing = begun.result()

    assert list(simulator.calls).count(UPLOAD) == 2
    stored = simulator.requests[signing.request_pk].documents
    assert [ref["uid"] for ref in signing.state["documents"]] == list(stored)
    assert len(stored) == 2


@pytest.fixture
def cut_short(simulator, until):
    """A function that cancels something in its upload, which arrives all the same."""

    async def cut(work):
        known = list(simulator.calls).count(UPLOAD)
        task = asyncio.create_task(work)
        await simulator.calls.wait(lambda call: call == UPLOAD, skip=known)
        task.cancel()
        await asyncio.wait([task])
        (record,) = simulator.requests.values()
        await until(lambda: record.documents)
        return record

    return cut


async def test_resumed_upload_does_not_double(client, person, pdf, cut_short):
    """If a process dies while it uploads, the next one starts from nothing."""
    states = []

    async def keep(state):
        states.append(state)

    begin = client.begin(person(), documents=[pdf], on_state=keep)
    record = await cut_short(begin)

    signing = await client.resume(states[-1])
    await signing.upload(pdf)

    assert len(record.documents) == 1


async def test_upload_after_a_cancelled_one_does_not_double(
    client, person, pdf, cut_short
):
    """After an upload that was cancelled, the next one starts from nothing."""
    signing = await client.begin(person(), documents=[pdf])
    record = await cut_short(signing.upload(pdf))

    await signing.upload(pdf)

    assert len(record.documents) == 1


@pytest.fixture
def forgotten(simulator, client, person, pdf):
    """A function that begins a signing whose create leaves no trace but a state."""

    async def begin(number):
        states = []

        async def keep(state):
            states.append(state)

        known = set(simulator.requests)
        simulator.faults.answer_lost = simulator.faults.lost = 1
        beginning = client.begin(person(number), documents=[pdf], on_state=keep)
        task = asyncio.create_task(beginning)
        await simulator.callbacks.wait(lambda record: record.pk not in known, skip=1)
        simulator.faults.answer_lost = simulator.faults.lost = 0
        with pytest.raises(AmbiguousOutcomeError):
            await task
        return states[-1]

    return begin


async def test_callback_that_comes_late_is_found_by_resuming(
    simulator, client, forgotten
):
    """A create that nobody had heard of is found once a callback tells of it."""
    state = await forgotten(1)
    (pk,) = simulator.requests
    simulator.force(pk, "ENROLLREADY")

    signing = await client.resume(state)

    assert signing.request_pk == pk
    assert (await signing.approved()).status == "ENROLLREADY"


async def test_callback_cannot_pass_off_another_request(
    simulator, client, inbox, forgotten, person, pdf
):
    """Who knows a callback URL cannot have its flow go on with another's request."""
    other = await client.begin(person(1), documents=[pdf])
    state = await forgotten(2)
    correlation = state["correlation"]
    for pk in (999, other.request_pk):
        await inbox.deliver(
            CallbackEvent(pk=pk, status="CANCELLED", correlation=correlation)
        )

    with pytest.raises(AmbiguousOutcomeError):
        await client.resume(state)

    _, pk = simulator.requests
    simulator.force(pk, "ENROLLREADY")
    assert (await client.resume(state)).request_pk == pk
