"""The session: whose it is, where it may be used, and how near the socket it is."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import TCPConnector

import oneshot_async
from oneshot_async import Inbox, OneShotClient, RaoToken, Retries, Timeouts
from oneshot_async.errors import ConnectError, InvalidInputError, NotFoundError

PACKAGE = str(Path(oneshot_async.__file__).parent)


@pytest.fixture
async def server(serve, answers):
    return await serve(answers.request())


async def test_given_session_is_used_and_not_closed(server, connect):
    """A session of the caller's is used as it is, and open afterwards."""
    headers = {"User-Agent": "mine"}
    async with aiohttp.ClientSession(headers=headers) as session:
        client = await connect(server.url, session=session)
        await client.requests.get(7)
        await client.close()

        assert not session.closed

    assert server.seen[0].headers["User-Agent"] == "mine"


async def test_refusals_are_read_whatever_the_session_does_with_them(
    serve, answers, connect
):
    """A session of the caller's that raises for a status keeps no refusal from us."""
    server = await serve(answers.json({"details": "Request 7 not found"}, 404))
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        client = await connect(server.url, session=session)

        with pytest.raises(NotFoundError, match="Request 7 not found"):
            await client.requests.get(7)


async def test_nobody_waits_for_a_turn_for_ever(serve, answers, connect):
    """While others use all connections, a call gives up in time, and nothing left."""
    arrived = asyncio.Event()

    async def hang(request):
        arrived.set()
        await answers.never(request)

    server = await serve(hang)
    async with aiohttp.ClientSession(connector=TCPConnector(limit=1)) as session:
        hasty = {"timeouts": Timeouts(turn=0.01), "retries": Retries(attempts=1)}
        client = await connect(server.url, session=session, **hasty)
        first = asyncio.create_task(client.requests.sign(7, "123456"))
        await arrived.wait()

        with pytest.raises(ConnectError, match="no connection was free"):
            await client.requests.get(7)

        first.cancel()
        await asyncio.wait([first])
    assert server.calls == ["POST /sign/7"]


async def test_own_session_is_closed(server, connect):
    """The client's own session ends with it, and its connections with the session."""
    client = await connect(server.url)
    await client.requests.get(7)
    session = client._calls._transport._session

    await client.close()
    await client.close()

    assert session.closed


async def test_client_that_was_never_opened_says_so():
    """Used without `async with`, it says what is missing."""
    client = OneShotClient("http://localhost")

    with pytest.raises(InvalidInputError, match="async with"):
        await client.requests.get(7)


async def test_client_that_is_closed_says_so(server, connect):
    """Used after its end, it says that it is not open."""
    client = await connect(server.url)
    await client.close()

    with pytest.raises(InvalidInputError, match="not open"):
        await client.requests.get(7)


async def test_client_may_be_opened_again(server):
    """A client that was closed can be opened once more."""
    client = OneShotClient(server.url)
    async with client:
        pass
    async with client:
        assert (await client.requests.get(7)).pk == 7


async def test_given_session_that_is_closed_is_told(server, connect):
    """A session that its owner has closed is told."""
    async with aiohttp.ClientSession() as session:
        client = await connect(server.url, session=session)

    with pytest.raises(InvalidInputError, match="closed"):
        await client.requests.get(7)


async def test_other_event_loop_is_told(server, connect):
    """Used in another event loop than its own, it says so and sends nothing."""
    client = await connect(server.url)

    def elsewhere():
        asyncio.run(client.requests.get(7))

    with pytest.raises(InvalidInputError, match="event loop"):
        await asyncio.to_thread(elsewhere)

    assert server.seen == []


def test_callbacks_need_an_inbox():
    """Callback URLs without an inbox would wake nobody, and are refused."""
    urls = oneshot_async.CallbackUrls("http://localhost", ["a-secret-of-16-characters"])

    with pytest.raises(InvalidInputError, match="inbox"):
        OneShotClient("http://localhost", callbacks=urls)
    OneShotClient("http://localhost", callbacks=urls, inbox=Inbox())


def test_repr_shows_the_host_only():
    """Of all that a client was given, its repr shows the Optimizer's host."""
    client = OneShotClient("http://localhost/path", rao=RaoToken("t"))

    assert repr(client) == "<OneShotClient of localhost>"


async def test_many_calls_at_once_share_the_session(server, connect):
    """A hundred calls at once all get their own answer."""
    client = await connect(server.url)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.requests.get(pk)) for pk in range(1, 101)]

    assert {task.result().pk for task in tasks} == {7}
    assert len({seen.path for seen in server.seen}) == 100


@pytest.fixture
async def depths():
    """A session that notes which frames of the package stand above it."""
    noted = []

    async def note(*_):
        frame, files = sys._getframe(), []
        while frame:
            files.append(frame.f_code.co_filename)
            frame = frame.f_back
        own = (Path(name).relative_to(PACKAGE) for name in files if PACKAGE in name)
        noted.append([str(path) for path in own])

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(note)
    async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
        yield session, noted


@pytest.mark.parametrize(
    "call",
    [
        lambda client, _: client.requests.get(7),
        lambda client, signer: client.requests.create(signer),
        lambda client, _: client.documents.upload(7, b"%PDF"),
        lambda client, _: client.tokens.get("uid"),
    ],
)
async def test_three_frames_stand_before_the_socket(
    serve, connect, answers, signer, depths, call
):
    """From the caller to aiohttp it is three calls: operation, client, transport.

    And around the first stands what keeps its frames out of tracebacks, once.
    """
    session, noted = depths
    server = await serve(answers.ok(pk="7", status="CREATED", uid="uid"))
    client = await connect(server.url, session=session)

    await call(client, signer)

    (frames,) = noted
    *calls, operation, guard = frames
    assert calls == ["_transport.py", "_calls.py"]
    assert operation.startswith("resources/")
    assert guard == "_discretion.py"
