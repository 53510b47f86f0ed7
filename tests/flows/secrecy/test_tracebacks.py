"""No traceback shows what was sent, not even one with the values of all variables."""

import asyncio
import gc
import json

import aiohttp
import pytest
from aiohttp import web

from oneshot_async import Inbox, OneShotClient, OneShotError, RaoToken
from oneshot_async.errors import StoreError
from oneshot_async.receiver import Receiver
from oneshot_async.stores import MemoryStore


class OwnError(Exception):
    """What a function of the caller's raises."""


def fail(*_):
    raise OwnError("mine")


async def fail_later(*_):
    fail()


async def half(planted):
    yield planted.mark("Half").encode()
    fail()


GIVEN = {
    "progress": lambda c, p, pdf: c.begin(p.signer, [pdf], progress=fail),
    "on_state": lambda c, p, pdf: c.begin(p.signer, [pdf], on_state=fail_later),
    "content": lambda c, p, pdf: c.begin(p.signer, [lambda: half(p)]),
    "evidence": lambda c, p, pdf: c.videoid.upload_video(1, lambda: half(p)),
    "kind": lambda c, p, pdf: c.requests.create(p.signer, profile=p),
    "missing": lambda c, p, pdf: c.requests.sign(1, None, countersignature=p.second),
    "unwritable": lambda c, p, pdf: c.settings.update({"proxy": {p.mark("X"): fail}}),
    "name": lambda c, p, pdf: c.requests.create(p.signer, secret=p.mark("Name")),
}


@pytest.mark.parametrize("given", GIVEN)
async def test_foreign_error_shows_nothing(
    client, planted, pdf, shown, everything, given
):
    """What a function of the caller's raises, or a mistake, leaves without values."""
    with pytest.raises((OneShotError, OwnError, TypeError, AttributeError)) as caught:
        await GIVEN[given](client, planted, pdf)
    shown.add(caught.value)

    assert everything().leaks() == []


@pytest.fixture
async def silent():
    """The URL of an Optimizer that never answers."""

    async def never(_):
        await asyncio.Event().wait()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", never)
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def waiting(client, planted):
    """Every way to wait for something that is not going to happen."""
    yield client.requests.sign(7, planted.digits, countersignature=planted.second)
    yield client.requests.create(planted.signer)
    yield client.begin(planted.signer, [b"%PDF"])
    yield client.tokens.get(planted.token.token)
    yield client.videoid.upload_evidences(7, planted.evidences)


async def test_time_out_of_the_caller_shows_nothing(
    connect, silent, planted, shown, everything
):
    """A time-out around a call shows none of the frames that it ended."""
    for call in waiting(await connect(silent), planted):
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.02):
                await call
        shown.add(caught.value)

    assert everything().leaks() == []


async def test_group_of_errors_shows_nothing(
    connect, nowhere, planted, shown, everything
):
    """Errors that are raised together are as discreet as one alone."""
    client = await connect(nowhere)

    async def all_at_once():
        async with asyncio.TaskGroup() as group:
            for call in waiting(client, planted):
                group.create_task(call)

    with pytest.raises(BaseExceptionGroup) as caught:
        await all_at_once()
    shown.add(caught.value, *caught.value.exceptions)

    assert everything().leaks() == []


async def test_error_that_nobody_takes_shows_nothing(
    connect, nowhere, silent, planted, everything, caplog
):
    """asyncio tells of an error, or of a task, that is left behind, and of no more."""
    client = await connect(nowhere)
    failed = [asyncio.ensure_future(call) for call in waiting(client, planted)]
    await asyncio.wait(failed)
    slow = await connect(silent)
    stopped = [asyncio.ensure_future(call) for call in waiting(slow, planted)]
    await asyncio.sleep(0)
    told = [repr(task) for task in [*failed, *stopped]]
    for task in stopped:
        task.cancel()
    await asyncio.wait(stopped)
    told += [repr(task) for task in stopped]
    del failed, stopped, task
    gc.collect()
    everything().texts.extend(told)

    assert "Task exception was never retrieved" in caplog.text
    assert everything().leaks() == []


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_client_left_open_shows_nothing(planted, everything, caplog):
    """What is told of a client that nobody closes has no credential in it."""
    client = OneShotClient("http://localhost", rao=RaoToken(planted.token.token))
    await client.__aenter__()
    del client
    gc.collect()

    assert "Unclosed client session" in caplog.text
    assert everything().leaks() == []


class BrokenStore(MemoryStore):
    """Fails with words that have what it was to keep in them."""

    async def append(self, event):
        raise StoreError("cannot keep it") from ValueError(repr(event.raw))


async def test_refused_callbacks_show_nothing(planted, shown, everything):
    """The receiver tells of what it could not take, and of nothing in it."""
    mark = planted.mark
    bodies = [
        ("{" + mark("Broken")).encode(),
        json.dumps({"status": [mark("Status")]}).encode(),
        json.dumps({"status": "ISSUED", "request": 7, "x": mark("More")}).encode(),
        json.dumps({"request": {"pk": mark("Pk")}}).encode(),
    ]
    async with (
        Inbox(BrokenStore()) as inbox,
        Receiver(inbox, secrets=[planted.secret]) as receiver,
        aiohttp.ClientSession() as session,
    ):
        url = receiver.urls.mint().url
        wrong = f"{receiver.url}/callbacks/{mark('Token')}"
        for target in (url, wrong, receiver.urls.fixed()):
            for body in bodies:
                async with session.post(target, data=body) as answer:
                    assert answer.status in {400, 404, 503}
        await cut_off(receiver, url, bodies[2])
        shown.hide(*(part for part in url.rpartition(".")[2:]))
        shown.hide(receiver.urls.fixed().rpartition("/")[2])

    assert everything().leaks() == []


async def cut_off(receiver, url, body):
    """Send a callback and leave before it is answered."""
    host, port = receiver.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    path = url.removeprefix(receiver.url)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.transport.abort()
    for _ in range(20):
        await asyncio.sleep(0)
