"""How the phone page moves: the stream of server-sent events."""

import asyncio
import json
from contextlib import AsyncExitStack

import aiohttp
import attrs
import pytest

from oneshot_async.simulator import Clock, Simulator

PARTS = {
    "callbacks",
    "clock",
    "disturbance",
    "invitations",
    "messages",
    "requests",
}


@attrs.frozen
class Stream:
    """The events of a stream, each as the parts that it brings."""

    answer: aiohttp.ClientResponse

    async def next(self):
        async with asyncio.timeout(10):
            lines = (await self.answer.content.readuntil(b"\n\n")).decode().split("\n")
        line, *rest = lines
        assert (line[:6], rest) == ("data: ", ["", ""])
        return json.loads(line[6:])


@pytest.fixture
async def stream(api):
    async with api.http.get(f"{api.simulator.phone_url}events") as answer:
        yield Stream(answer)


async def test_a_stream_begins_with_all_there_is(stream, look):
    """The first event has every part as it stands on the page."""
    parts = await stream.next()
    page = await look()

    assert stream.answer.content_type == "text/event-stream"
    assert set(parts) == PARTS
    assert all(part in page.source for part in parts.values())


async def test_a_stream_goes_on_with_what_has_changed(api, ready, stream):
    """Each further event brings the parts that are not as they were, and no other."""
    simulator = api.simulator
    await stream.next()
    changed = []
    for change in (
        lambda: simulator.clock.advance(1),
        lambda: simulator.force(ready, "CANCELLED"),
        lambda: setattr(simulator.faults, "next_callback", simulator.faults),
    ):
        change()
        changed.append(set(await stream.next()))

    assert changed == [{"clock"}, {"requests"}, {"disturbance"}]


async def test_a_code_arrives_by_itself(api, ready, stream):
    """A message is on the telephone without anybody looking again."""
    await stream.next()

    code = await api.code(ready)
    parts = await stream.next()

    assert f">{code}</code>" in parts["messages"]
    assert "waits for the code on the telephone" in parts["requests"]


async def test_nobody_can_write_events(api, stream):
    """Whatever lines a name has, it stays in its part of its event."""
    await stream.next()
    name = "a\r\rdata: {}\r\n\r\nevent: b\n\n"
    pk = await api.create(given_name="x")
    record = api.simulator.requests[pk]
    record.applicant = attrs.evolve(record.applicant, given_name=name)

    seen = await stream.next()
    while "event: b" not in seen["requests"]:
        seen = await stream.next()

    assert set(seen) == {"requests"}


async def test_who_comes_late_is_told_how_things_stand(api, ready, stream):
    """Nothing is kept for a page that is away: a new stream tells the present."""
    await stream.next()
    api.simulator.force(ready, "CANCELLED")
    async with api.http.get(f"{api.simulator.phone_url}events") as again:
        parts = await Stream(again).next()

    assert "is cancelled" in parts["requests"]


async def test_a_stream_ends_with_the_simulator():
    """When the simulator ends, its streams end as they should, and do not break."""
    async with aiohttp.ClientSession() as http, AsyncExitStack() as running:
        simulator = Simulator(clock=Clock(frozen=True))
        await running.enter_async_context(simulator)
        async with http.get(f"{simulator.phone_url}events") as answer:
            await Stream(answer).next()
            await running.aclose()

            assert await answer.read() == b""


async def test_a_stream_ends_with_its_reader(api):
    """Who goes away leaves no task behind, though nothing is sent."""
    others = asyncio.all_tasks()
    async with api.http.get(f"{api.simulator.phone_url}events") as answer:
        await Stream(answer).next()
        serving = asyncio.all_tasks() - others
        answer.close()

    async with asyncio.timeout(10):
        await asyncio.wait(serving)
    assert serving
