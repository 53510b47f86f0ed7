"""Callbacks that lie, posted by who knows a callback URL: worth a look at most."""

import asyncio
import json
from collections import Counter

import aiohttp
import pytest

from oneshot_async import Polling
from oneshot_async.errors import WaitTimeoutError
from oneshot_async.models import TERMINAL_STATUSES, RequestStatus

SELDOM = Polling(first=60, longest=60, deadline=1.0)
LOOK = ("GET", "/request/{pk}")


@pytest.fixture
async def forge(receiver):
    """A function that posts lies to a callback URL and returns their statuses."""
    async with aiohttp.ClientSession() as http:

        async def post(url, *abouts):
            statuses = []
            for number, about in enumerate(abouts):
                body = {"event_type": "X", "sent_at": str(number), "request": about}
                async with http.post(url, data=json.dumps(body)) as answer:
                    statuses.append(answer.status)
            return statuses

        yield post


@pytest.fixture
async def waiting(connect, inbox, receiver, person, simulator, pdf):
    """A signing whose request is never approved, and which waits for that."""
    simulator.timings.approval = 3600
    client = await connect(inbox=inbox, callbacks=receiver.urls, polling=SELDOM)
    task = asyncio.create_task(client.begin(person(), documents=[pdf]))
    await simulator.calls.wait(lambda call: call == LOOK)
    # The true callback of its creation comes first, as it is posted at once.
    await simulator.callbacks.wait(lambda record: True)
    yield task
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
def looks(simulator):
    return lambda: Counter(simulator.calls)[LOOK]


async def test_unknown_request_causes_no_call(
    simulator, waiting, receiver, inbox, forge
):
    """Lies about requests that nobody waits for are kept, and nobody is asked."""
    before = len(simulator.calls)
    lies = [{"pk": pk, "status": "ISSUED"} for pk in range(900_000, 900_200)]
    statuses = await forge(receiver.urls.fixed(), *lies)

    assert set(statuses) == {204}
    assert inbox.statistics().delivered >= 200
    with pytest.raises(WaitTimeoutError):
        await waiting
    assert len(simulator.calls) - before <= 1


async def test_contradicting_request_is_refused(simulator, waiting, inbox, forge):
    """Lies at one request's URL about another are refused, and nobody is asked."""
    before = len(simulator.calls)
    (url,) = {record.url for record in simulator.callbacks}
    (pk,) = simulator.requests
    statuses = await forge(url, *[{"pk": pk + 1, "status": "ISSUED"}] * 20)

    assert set(statuses) == {400}
    assert len(await inbox.quarantined()) == 20
    assert not await inbox.history(pk + 1)
    assert len(simulator.calls) == before


async def test_known_request_is_looked_at_less_and_less(
    simulator, waiting, receiver, forge, looks
):
    """A hundred lies within a second about who waits are worth a few looks."""
    (pk,) = simulator.requests
    before = looks()
    lies = [{"pk": pk, "status": status} for status in ("ENROLLREADY", "ISSUED")]
    statuses = await forge(receiver.urls.fixed(), *lies * 50)
    with pytest.raises(WaitTimeoutError):
        await waiting

    assert set(statuses) == {204}
    assert 1 <= looks() - before <= 8


@pytest.mark.parametrize("with_pk", [True, False], ids=["with pk", "without"])
@pytest.mark.parametrize("status", sorted({*RequestStatus, "PONDERED"}))
async def test_no_lie_ends_a_wait(simulator, waiting, forge, looks, status, with_pk):
    """Whatever a lie says at the request's own URL, the flow asks and waits on."""
    (url,) = {record.url for record in simulator.callbacks}
    (pk,) = simulator.requests
    about = {"pk": pk, "status": status} if with_pk else {"status": status}
    before = len(simulator.calls)
    assert await forge(url, about) == [204]
    if status != simulator.requests[pk].status:
        await simulator.calls.wait(lambda call: call == LOOK, skip=before)

    assert not waiting.done()
    simulator.clock.advance(3600)
    signing = await waiting
    assert (signing.request_pk, simulator.requests[pk].status) == (pk, "ENROLLREADY")


@pytest.mark.parametrize("status", sorted(TERMINAL_STATUSES | {"VIDEOERROR"}))
async def test_no_lie_ends_a_signature(
    simulator, client, person, pdf, telephone, receiver, forge, times, status
):
    """A lie about the end while it signs neither makes a document nor loses one."""
    simulator.timings.issue = 3600
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    task = asyncio.create_task(signing.sign(code))
    await simulator.calls.wait(lambda call: call[1] == "/sign/{pk}")
    before = len(simulator.calls)
    lie = {"pk": signing.request_pk, "status": status}
    assert await forge(receiver.urls.fixed(), lie) == [204]
    await simulator.calls.wait(lambda call: call == LOOK, skip=before)

    assert not task.done()
    simulator.clock.advance(3600)
    (signed,) = await task
    (document,) = simulator.requests[signing.request_pk].documents.values()
    assert signed.content == document.signed
    assert times() == {"create": 1, "otp": 1, "sign": 1}
