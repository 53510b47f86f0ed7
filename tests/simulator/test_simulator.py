"""The simulator as a whole: starting, ending, and many things at once."""

import asyncio

import aiohttp
import pytest

from oneshot_async.errors import InvalidInputError
from oneshot_async.simulator import Simulator


def others():
    return asyncio.all_tasks() - {asyncio.current_task()}


async def test_nothing_is_left_running(settle):
    """After the end no task is left, though an approval was still to come."""
    before = others()
    async with Simulator() as simulator:
        record = await opened(simulator)
        await settle()

    assert record.status == "CREATED"
    assert simulator.clock.sleepers == 0
    assert others() == before


async def opened(simulator):
    """Create a request whose approval takes an hour."""
    simulator.timings.approval = 3600
    async with aiohttp.ClientSession() as http:
        form = {
            "given_name": "Given",
            "surname_1": "Surname",
            "id_document_country": "ES",
            "serial_number": "0000000T",
            "email": "someone@example.com",
            "mobile_phone_number": "+34600000000",
            "registration_authority": "3",
            "profile": "PFnubeQAFCiudadano",
            "env": "sandbox",
            "token": simulator.token,
            "billing_username": simulator.billing_username,
            "billing_password": "c2ltdWxhdGVkLWJpbGxpbmc=",
            "useasync": "true",
            "callback": "http://127.0.0.1:1/",
        }
        async with http.post(simulator.url + "/create", data=form) as answer:
            assert answer.status == 200
    (record,) = simulator.requests.values()
    return record


async def test_two_simulators_run_side_by_side():
    """Each simulator has a port, an authority and requests of its own."""
    async with Simulator() as one, Simulator() as other:
        assert one.url != other.url
        assert one.authority.root_pem != other.authority.root_pem


async def test_a_port_in_use_is_an_error_and_leaves_nothing():
    """A simulator that cannot listen says so and leaves no task behind."""
    async with Simulator() as running:
        port = int(running.url.split(":")[2].split("/")[0])
        before = others()

        said = f"cannot listen on 127.0.0.1, {port}: Address already in use"
        with pytest.raises(InvalidInputError, match=said):
            await Simulator(port=port).__aenter__()

        assert others() == before


async def test_a_message_can_be_waited_for(api):
    """Waiting for a message ends when it comes, before or after the wait began."""
    pk = await api.create()
    waiting = asyncio.create_task(api.simulator.next_sms("+34600000000"))
    other = asyncio.create_task(api.simulator.next_sms("+34600000001"))

    code = await api.code(pk)
    later = await api.simulator.next_sms("+34600000000")
    unanswered = not other.done()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)

    assert (await waiting).code == later.code == code
    assert unanswered


async def test_a_second_message_can_be_waited_for(api):
    """Waiting may pass over the messages that are known already."""
    pk = await api.create()
    await api.code(pk)
    waiting = asyncio.create_task(api.simulator.next_sms("+34600000000", after=1))
    api.simulator.clock.advance(60)

    code = await api.code(pk)

    assert (await waiting).code == code
    assert api.simulator.requests[pk].otp_sent == 2


async def test_many_requests_are_signed_at_once(api, sample):
    """Requests with several documents are signed side by side."""
    numbers = [await api.create() for _ in range(4)]
    for pk in numbers:
        await api.upload(pk, sample)
        await api.upload(pk, sample)
    codes = [await api.code(pk) for pk in numbers]

    async with asyncio.TaskGroup() as signings:
        signed = [
            signings.create_task(api.sign(pk, secret=code))
            for pk, code in zip(numbers, codes, strict=True)
        ]

    assert [task.result().status for task in signed] == [200] * 4
    assert all(
        document.signed
        for pk in numbers
        for document in api.simulator.requests[pk].documents.values()
    )


async def test_two_signatures_at_once_make_one(api, ready):
    """Of two sign calls at the same time one is refused."""
    code = await api.code(ready)

    replies = await asyncio.gather(
        api.sign(ready, secret=code), api.sign(ready, secret=code)
    )

    assert sorted(reply.status for reply in replies) == [200, 412]


async def test_message_that_does_not_come_is_told(api):
    """Whoever waits for a message to a wrong number learns it, and of the others."""
    await api.code(await api.create())

    said = r"within 0.01 s: 0 were sent to this number, 1 in all"
    with pytest.raises(TimeoutError, match=said):
        await api.simulator.next_sms("+34999", within=0.01)


async def test_running_simulator_is_not_started_again(simulator):
    """Starting what runs already is refused and does not disturb it."""
    with pytest.raises(InvalidInputError, match="running already"):
        await simulator.__aenter__()

    async with aiohttp.ClientSession() as http, http.get(simulator.phone_url) as page:
        assert page.status == 200


async def test_simulator_may_run_again():
    """A simulator that has ended may be started once more."""
    simulator = Simulator()
    async with simulator:
        pass
    async with simulator:
        assert simulator.url.startswith("http://127.0.0.1:")
