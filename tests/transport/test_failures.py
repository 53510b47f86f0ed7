"""Connections that fail: what is sent again, and what is told."""

import asyncio
import time
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from oneshot_async import RequestUpdate, Retries, Timeouts
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    AnswerTimeoutError,
    ConnectError,
    NotFoundError,
    ServerError,
)

UPDATE = RequestUpdate(
    scratchcard="1",
    email="someone@example.com",
    registration_authority="3",
    profile="profile",
    country_name="ES",
)
REPEATED = {
    "get": lambda client, _: client.requests.get(7),
    "update": lambda client, _: client.requests.update(7, UPDATE),
    "cancel": lambda client, _: client.requests.cancel(7),
    "contract": lambda client, _: client.requests.contract(7),
    "download": lambda client, _: client.documents.download(7, "uid"),
    "delete": lambda client, _: client.documents.delete(7, "uid"),
    "delete_all": lambda client, _: client.documents.delete_all(7),
    "tokens.get": lambda client, _: client.tokens.get("uid"),
    "tokens.list": lambda client, _: client.tokens.list(),
    "tokens.delete": lambda client, _: client.tokens.delete("uid"),
}
SENT_ONCE = {
    "create": lambda client, signer: client.requests.create(signer),
    "otp": lambda client, _: client.requests.generate_otp(7),
    "sign": lambda client, _: client.requests.sign(7, "123456"),
    "upload": lambda client, _: client.documents.upload(7, b"%PDF"),
    "tokens.create": lambda client, _: client.tokens.create("officer"),
}
LOST = ("cut", "end")
UNAVAILABLE = (502, 503, 504)


@pytest.mark.parametrize("name", REPEATED | SENT_ONCE)
async def test_refused_connection_is_told(connect, nowhere, signer, name):
    """If no connection can be made, every operation says so."""
    client = await connect(nowhere)

    with pytest.raises(ConnectError, match="Check the Optimizer's URL"):
        await (REPEATED | SENT_ONCE)[name](client, signer)


@pytest.mark.parametrize("failure", LOST)
@pytest.mark.parametrize("name", REPEATED)
async def test_lost_connection_is_tried_again(
    serve, connect, answers, signer, name, failure
):
    """What may be repeated is, when the connection breaks before the answer."""
    broken = getattr(answers, failure)
    server = await serve(broken, broken, answers.anything)
    client = await connect(server.url)

    await REPEATED[name](client, signer)

    assert len(server.seen) == 3
    assert len({seen.body for seen in server.seen}) == 1


@pytest.mark.parametrize("failure", LOST)
@pytest.mark.parametrize("name", SENT_ONCE)
async def test_lost_connection_leaves_the_outcome_open(
    serve, connect, answers, signer, name, failure
):
    """What must not be repeated is sent once; that its outcome is open is told."""
    server = await serve(getattr(answers, failure), answers.ok())
    client = await connect(server.url)

    with pytest.raises(AmbiguousOutcomeError, match=r"POST /.*may have been carried"):
        await SENT_ONCE[name](client, signer)

    assert len(server.seen) == 1


@pytest.mark.parametrize("status", UNAVAILABLE)
@pytest.mark.parametrize("name", REPEATED)
async def test_failure_in_between_is_tried_again(
    serve, connect, answers, signer, name, status
):
    """What may be repeated is, when a server in between fails."""
    server = await serve(answers.raw(b"", status), answers.anything)
    client = await connect(server.url)

    await REPEATED[name](client, signer)

    assert len(server.seen) == 2


@pytest.mark.parametrize("status", UNAVAILABLE)
@pytest.mark.parametrize("name", SENT_ONCE)
async def test_failure_in_between_leaves_the_outcome_open(
    serve, connect, answers, signer, name, status
):
    """What must not be repeated is sent once when a server in between fails."""
    server = await serve(answers.raw(b"", status), answers.ok())
    client = await connect(server.url)

    with pytest.raises(AmbiguousOutcomeError, match="POST /"):
        await SENT_ONCE[name](client, signer)

    assert len(server.seen) == 1


DELETIONS = {
    "request": lambda client: client.requests.cancel(7),
    "document": lambda client: client.documents.delete(7, "uid"),
    "documents": lambda client: client.documents.delete_all(7),
    "image": lambda client: client.images.delete("uid"),
    "token": lambda client: client.tokens.delete("uid"),
    "anything": lambda client: client.call("DELETE /thing/{id}", 7),
}


@pytest.mark.parametrize("status", [500, 504])
@pytest.mark.parametrize("name", DELETIONS)
async def test_what_is_gone_at_the_second_attempt_was_deleted(
    serve, connect, answers, name, status
):
    """A deletion whose answer was lost has succeeded, if nothing is left to delete."""
    lost = answers.raw(b"", status)
    server = await serve(lost, answers.json({"detail": "Not Found"}, 404))
    client = await connect(server.url)

    await DELETIONS[name](client)

    assert len(server.seen) == 2


@pytest.mark.parametrize("refused_at_first", [True, False])
async def test_what_was_never_there_is_told(serve, connect, answers, refused_at_first):
    """A deletion that was not carried out before is told that there is nothing."""
    missing = answers.json({"detail": "Not Found"}, 404)
    before = [answers.raw(b"", 429)] if refused_at_first else []
    server = await serve(*before, missing)
    client = await connect(server.url)

    with pytest.raises(NotFoundError):
        await client.documents.delete(7, "uid")


async def test_attempts_come_to_an_end(serve, connect, answers):
    """After the last attempt, its own error is raised."""
    server = await serve(answers.raw(b"", 502))
    client = await connect(server.url, retries=Retries(attempts=3, first_delay=0))

    with pytest.raises(ServerError):
        await client.requests.get(7)

    assert len(server.seen) == 3


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_server_says_when_to_try_again(serve, connect, answers, form):
    """A ``Retry-After``, in either form, is waited for, but not beyond the bound."""
    soon = datetime.now(UTC) + timedelta(minutes=9)
    when = {"seconds": "540", "date": format_datetime(soon, usegmt=True)}[form]
    busy = answers.raw(b"", 503, Retry_After=when)
    server = await serve(busy, answers.request())
    retries = Retries(first_delay=0, longest_delay=0.1)
    client = await connect(server.url, retries=retries)
    began = time.monotonic()

    await client.requests.get(7)

    assert 0.1 <= time.monotonic() - began < 60


async def test_server_may_not_ask_for_longer_than_the_deadline(serve, connect, answers):
    """If the next attempt would come too late, the error is raised at once."""
    server = await serve(answers.raw(b"", 503, Retry_After="15"))
    client = await connect(server.url, retries=Retries(first_delay=0, deadline=10))

    with pytest.raises(ServerError) as caught:
        await client.requests.get(7)

    assert (caught.value.retry_after, len(server.seen)) == ("15", 1)


@pytest.mark.parametrize(
    ("name", "timeouts"),
    [
        ("get", Timeouts(answer=0.05)),
        ("contract", Timeouts(idle=0.05)),
        ("download", Timeouts(idle=0.05)),
        ("delete", Timeouts(answer=0.05)),
        ("tokens.list", Timeouts(answer=0.05)),
    ],
)
async def test_answer_that_does_not_come_is_told(
    serve, connect, answers, signer, name, timeouts
):
    """Each operation waits for its answer as long as its own time-out says."""
    server = await serve(answers.never)
    once = Retries(attempts=1)
    client = await connect(server.url, timeouts=timeouts, retries=once)

    with pytest.raises(AnswerTimeoutError) as caught:
        await REPEATED[name](client, signer)

    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize(
    ("name", "timeouts"),
    [
        ("create", Timeouts(create=0.5)),
        ("otp", Timeouts(answer=0.5)),
        ("sign", Timeouts(sign=0.5)),
        ("upload", Timeouts(idle=0.5)),
    ],
)
async def test_time_out_leaves_the_outcome_open(
    serve, connect, answers, signer, name, timeouts
):
    """What must not be repeated is not, when its answer does not come in time."""
    server = await serve(answers.never)
    client = await connect(server.url, timeouts=timeouts)

    with pytest.raises(AmbiguousOutcomeError) as caught:
        await SENT_ONCE[name](client, signer)

    assert isinstance(caught.value.__cause__, AnswerTimeoutError)
    assert len(server.seen) == 1


@pytest.mark.parametrize("limits", [{}, {"limit": 5}, {"limit_per_host": 5}])
async def test_waiting_for_others_is_no_failure(listen, connect, answers, limits):
    """More calls than connections wait their turn, and are told of no time-out."""

    async def slow(request):
        await asyncio.sleep(0.6)
        return await answers.anything(request)

    connector = aiohttp.TCPConnector(**limits)
    count = 2 * min(limits.values(), default=100) + 1
    async with aiohttp.ClientSession(connector=connector) as session:
        client = await connect(
            await listen(slow),
            session=session if limits else None,
            timeouts=Timeouts(connect=1.0),
            retries=Retries(attempts=1),
        )
        calls = [client.requests.get(7) for _ in range(count)]
        found = await asyncio.gather(*calls)

    assert [request.pk for request in found] == [7] * count


async def test_download_may_last_while_something_comes(listen, connect, answers):
    """A transfer is bounded by its pauses, not by its length."""
    client = await connect(
        await listen(answers.pieces(*[b"%PDF"] * 100)),
        timeouts=Timeouts(answer=0.0001, create=0.0001, sign=0.0001),
    )

    assert len(await client.requests.contract(7)) == 400


async def test_time_out_of_a_connection_tells_no_token(connect, silent):
    """A connection that is not made in time is told without the id in the URL."""
    client = await connect(
        silent, timeouts=Timeouts(connect=0.05), retries=Retries(attempts=1)
    )

    with pytest.raises(ConnectError) as caught:
        await client.tokens.get("very-secret-uid")

    told = "".join(traceback.format_exception(caught.value))
    assert "very-secret-uid" not in told.replace('get("very-secret-uid")', "")


@pytest.fixture
async def silent():
    """The URL of a server that accepts connections and never says a word."""
    writers = []
    server = await asyncio.start_server(
        lambda _, writer: writers.append(writer), "127.0.0.1", 0
    )
    yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    for writer in writers:
        writer.close()
    server.close()
