"""The receiver as a server of its own."""

import asyncio
import logging
import socket
import sys

import aiohttp
import pytest
from yarl import URL

from oneshot_async import Inbox
from oneshot_async.errors import InboxClosedError, InvalidInputError
from oneshot_async.receiver import Receiver
from oneshot_async.stores import MemoryStore

SECRET = "a-secret-of-a-receiver"


async def post(url, data, **options):
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=data, **options) as answer,
    ):
        return answer.status


async def test_minted_urls_lead_to_it(receiver, store, body):
    """Without a public URL, what it mints is its own address."""
    url = receiver.urls.mint().url

    assert url.startswith(receiver.url)
    assert await post(url, body()) == 204
    assert len(store) == 1


async def test_port_is_picked(receiver):
    """Port 0 becomes a real one, on this machine only."""
    assert URL(receiver.url).port not in {0, None}
    assert URL(receiver.url).host == "127.0.0.1"


async def test_public_url_is_minted(inbox):
    """With a public URL, that is what it mints, wherever it listens."""
    public = "https://sign.example.com/hooks"
    async with Receiver(inbox, secrets=[SECRET], public_url=public) as receiver:
        assert receiver.urls.mint().url.startswith(f"{public}/callbacks/")
        assert receiver.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("name", ["url", "urls"])
async def test_what_is_not_running_has_no_url(inbox, name):
    """Before it runs, and afterwards, asking for its URL is a clear error."""
    receiver = Receiver(inbox, secrets=[SECRET])
    with pytest.raises(InboxClosedError, match="async with"):
        getattr(receiver, name)
    async with receiver:
        pass
    with pytest.raises(InboxClosedError, match="async with"):
        getattr(receiver, name)


async def test_close_is_idempotent(inbox):
    """Closing again does nothing."""
    async with Receiver(inbox, secrets=[SECRET]) as receiver:
        await receiver.close()
        await receiver.close()


async def test_inbox_stays_open(inbox):
    """The inbox is the caller's: it is open when the receiver has ended."""
    async with Receiver(inbox, secrets=[SECRET]):
        pass

    assert await inbox.quarantine(b"", "") is None


async def test_close_stops_listening(inbox, body):
    """When it is closed, nobody is served any more."""
    async with Receiver(inbox, secrets=[SECRET]) as receiver:
        url = receiver.urls.mint().url

    with pytest.raises(aiohttp.ClientConnectorError):
        await post(url, body())


async def test_receiver_may_run_again(inbox, body):
    """A receiver that has ended may be started once more."""
    receiver = Receiver(inbox, secrets=[SECRET])
    async with receiver:
        pass
    async with receiver:
        assert await post(receiver.urls.mint().url, body()) == 204


async def test_receiver_of_a_closed_inbox_does_not_start(free_port):
    """Rather than refuse every callback it says so, and listens nowhere."""
    port = free_port()
    receiver = Receiver(Inbox(), secrets=[SECRET], port=port)

    with pytest.raises(InboxClosedError, match="not open"):
        await receiver.__aenter__()

    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_running_receiver_is_not_started_again(receiver):
    """Starting what runs already is refused and does not disturb it."""
    with pytest.raises(InvalidInputError, match="running"):
        await receiver.__aenter__()

    assert receiver.url


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_every_address_needs_a_public_url(inbox, host):
    """Listening everywhere, it cannot know by which address it is reached."""
    with pytest.raises(InvalidInputError, match="public_url"):
        async with Receiver(inbox, secrets=[SECRET], host=host):
            pass


async def test_failed_start_lets_go_of_the_port(inbox):
    """A start that fails leaves no socket behind."""
    async with Receiver(inbox, secrets=[SECRET]) as first:
        port = URL(first.url).port
    with pytest.raises(InvalidInputError):
        await Receiver(inbox, secrets=["short"], port=port).__aenter__()

    async with Receiver(inbox, secrets=[SECRET], port=port) as again:
        assert URL(again.url).port == port


async def test_ipv6_is_served(inbox, body):
    """It listens on an IPv6 address as well."""
    async with Receiver(inbox, secrets=[SECRET], host="::1") as receiver:
        assert await post(receiver.urls.mint().url, body()) == 204


async def test_stop_finishes_what_is_being_received(inbox, store, wire, body):
    """A callback that has begun to arrive is kept before the receiver ends."""
    async with Receiver(inbox, secrets=[SECRET]) as receiver:
        url = URL(receiver.urls.mint().url)
        data = body()
        connection = await wire(url.port)
        head = f"POST {url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n"
        await connection.send(f"{head}Expect: 100-continue\r\n\r\n".encode())
        assert await connection.status() == 100
        closing = asyncio.create_task(receiver.close())
        await asyncio.sleep(0)
        await connection.send(data)
        await closing

    assert len(store) == 1
    await connection.reader.readline()
    assert await connection.status() == 204


async def test_tls_is_served(inbox, store, body, tls):
    """With a TLS context it is reached by https, and says so in its URLs."""
    server, client = tls
    async with Receiver(inbox, secrets=[SECRET], ssl_context=server) as receiver:
        url = URL(receiver.urls.mint().url)
        status = await post(url.with_host("localhost"), body(), ssl=client)

    assert (url.scheme, status, len(store)) == ("https", 204, 1)


async def test_no_token_is_logged_by_anybody(inbox, body, wire, caplog):
    """At the DEBUG level of every logger, no record has a token in it."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiohttp").setLevel(logging.DEBUG)
    async with Receiver(inbox, secrets=[SECRET]) as receiver:
        url = URL(receiver.urls.mint().url)
        for data in (body(), b"no event", b"x" * 70_000):
            await post(url, data)
        start = f"POST {url.path} HTTP/1.1\r\nHost: x\r\n"
        for data in (
            f"{start}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            f"{start}Content-Length: 9\r\n\r\nx",
            f"{start}\x00: y\r\n\r\n",
            f"{start}{url.path}\r\n\r\n",
            f"{url.path}\r\n\r\n",
            f"POST {url.path} HTTP/9.9\r\n\r\n",
            f"POST {url.path}{'a' * 10_000} HTTP/1.1\r\n\r\n",
            f"POST http://[{url.path} HTTP/1.1\r\n\r\n",
        ):
            connection = await wire(url.port)
            await connection.send(data.encode())
            connection.writer.write_eof()
            assert url.name.encode() not in await connection.reader.read()

    records = [record for record in caplog.records if record.name != "aiohttp.client"]
    assert records
    assert not any(
        url.name in f"{record.getMessage()}{record.exc_text}" for record in records
    )


async def test_receiver_outlives_its_inbox(body):
    """When the inbox closes first, callbacks are refused until the receiver ends."""
    async with Inbox() as inbox:
        receiver = await Receiver(inbox, secrets=[SECRET]).__aenter__()
        url = receiver.urls.mint().url
    status = await post(url, body())
    await receiver.close()

    assert status == 503


async def test_port_that_is_taken_is_named(inbox, receiver):
    """Two cannot listen on the same port, and the error says which it is."""
    port = URL(receiver.url).port
    with pytest.raises(InvalidInputError, match=f"cannot listen on 127.0.0.1, {port}"):
        await Receiver(inbox, secrets=[SECRET], port=port).__aenter__()


class TracingStore(MemoryStore):
    """Notes which functions of the package stand above it when it keeps an event."""

    async def append(self, event):
        frame, self.above = sys._getframe(1), []
        while frame is not None:
            if frame.f_globals.get("__package__", "").startswith("oneshot_async"):
                self.above.append(frame.f_code.co_name)
            frame = frame.f_back
        return await super().append(event)


async def test_two_frames_stand_between_aiohttp_and_each_step(body):
    """The handler calls the reception, and that each step, without a task between.

    Between them stands what keeps the frames of the inbox out of tracebacks.
    """
    store = TracingStore()
    async with Inbox(store) as inbox, Receiver(inbox, secrets=[SECRET]) as receiver:
        await post(receiver.urls.mint().url, body())

    assert store.above == ["deliver", "guarded", "take", "serve"]
