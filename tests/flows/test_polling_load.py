"""Many who wait, and many hints: the service is asked little all the same."""

import asyncio
from collections import Counter

import pytest

from oneshot_async import CallbackEvent, Inbox, Polling
from oneshot_async.errors import StoreError, WaitTimeoutError
from oneshot_async.simulator import Simulator, Timings
from oneshot_async.stores import MemoryStore

MANY = 50
LOOK = ("GET", "/request/{pk}")


@pytest.fixture
async def simulator():
    """A simulator in which nothing is ever approved."""
    async with Simulator(timings=Timings(approval=3600)) as running:
        yield running


@pytest.fixture
def looks(simulator):
    """A function that returns how often a request was looked at."""
    return lambda: Counter(simulator.calls)[LOOK]


@pytest.fixture
def begun(person):
    """A function that makes signings which wait for their approval."""

    async def begin(client, count):
        created = [
            await client.requests.create(person(number), useasync=True)
            for number in range(count)
        ]
        return [await client.resume({"request_pk": one.pk}) for one in created]

    return begin


async def wait_in_vain(signings):
    """Have all of them wait until their deadline, and return how long that took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    ends = await asyncio.gather(
        *(signing.approved() for signing in signings), return_exceptions=True
    )
    assert {type(end) for end in ends} == {WaitTimeoutError}
    return loop.time() - began


async def test_many_waiting_requests_share_one_budget(connect, begun, looks):
    """However many wait and however eager they are, a second has so many looks."""
    eager = Polling(first=0.01, longest=0.01, per_second=40, deadline=0.8)
    client = await connect(polling=eager)
    signings = await begun(client, MANY)

    took = await wait_in_vain(signings)

    first_looks = MANY
    assert first_looks + 10 <= looks() <= first_looks + 40 * took + 1


async def test_waiters_of_one_request_share_their_looks(connect, begun, looks):
    """Many who wait for the same request look as often as one would."""
    often = Polling(first=0.05, longest=0.05, deadline=0.5)
    client = await connect(polling=often)
    (signing,) = await begun(client, 1)
    same = [await client.resume(signing.state) for _ in range(MANY)]

    took = await wait_in_vain(same)

    assert 3 <= looks() <= took / 0.04 + 2


async def test_flood_of_hints_is_worth_few_looks(connect, inbox, begun, looks):
    """Callbacks that prove wrong cause one look, then fewer and fewer."""
    client = await connect(
        inbox=inbox, polling=Polling(first=60, longest=60, deadline=1.0)
    )
    (created,) = await begun(client, 1)
    state = {"request_pk": created.request_pk, "correlation": "a-correlation"}
    signing = await client.resume(state)

    waiting = asyncio.create_task(wait_in_vain([signing]))
    for number in range(200):
        raw = {"sent_at": str(number)}
        await inbox.deliver(
            CallbackEvent(pk=signing.request_pk, status="ENROLLREADY", raw=raw)
        )
        await asyncio.sleep(0.003)
    await waiting

    assert 2 <= looks() <= 8


class LostStore(MemoryStore):
    """A store that cannot be read."""

    async def history(self, key, after=0, limit=None):
        raise StoreError("the store is away")


async def test_flow_polls_on_while_the_inbox_cannot_be_read(
    connect, begun, simulator, caplog
):
    """A store that fails makes a flow slower, not wrong."""
    async with Inbox(LostStore()) as inbox:
        client = await connect(inbox=inbox)
        (created,) = await begun(client, 1)
        state = {"request_pk": created.request_pk, "correlation": "a-correlation"}
        signing = await client.resume(state)
        waiting = asyncio.create_task(signing.approved())
        await asyncio.sleep(0)
        simulator.force(signing.request_pk, "ENROLLREADY")

        request = await waiting

    assert request.status == "ENROLLREADY"
