"""The application, however it is served: check, read, parse, keep, wake; answer."""

import asyncio
import logging

import pytest

from oneshot_async import Inbox
from oneshot_async.errors import StoreError
from oneshot_async.stores import MemoryStore

LARGEST = 64 * 1024
PUBLIC = "http://sign.example.com"


def head(path, *headers, method="POST"):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def test_callback_is_kept_then_acknowledged(client, store, path, body):
    """A callback is in the store when its sender is told 204."""
    async with client.post(path(), data=body()) as answer:
        kept = await store.history(7)

    assert (answer.status, await answer.read()) == (204, b"")
    assert [event.status for event in kept] == ["ISSUED"]


async def test_callback_wakes_who_waits(client, inbox, path, body):
    """Who awaits the request's end is woken by its callback."""
    waiting = asyncio.create_task(inbox.wait(7))
    await client.post(path(), data=body())

    assert (await waiting).status == "ISSUED"


async def test_event_carries_the_correlation_of_its_url(client, store, urls, body):
    """A callback without a pk is found by the URL it came to."""
    minted = urls.mint()
    await client.post(minted.url.removeprefix(PUBLIC), data=body(pk=None))

    assert len(await store.history(minted.correlation)) == 1


async def test_fixed_url_is_served(client, store, urls, body):
    """The URL for the registration authority takes callbacks of any request."""
    await client.post(urls.fixed().removeprefix(PUBLIC), data=body())

    assert len(await store.history(7)) == 1


async def test_duplicate_is_acknowledged(client, store, path, body):
    """A second delivery is told 204, so that its sender stops, and is not kept."""
    url = path()
    answers = [await client.post(url, data=body()) for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 204]
    assert len(store) == 1


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "image/png",
        "nonsense",
    ],
)
async def test_content_type_does_not_matter(client, path, body, content_type):
    """The body is read as JSON whatever it is called."""
    headers = {"Content-Type": content_type}

    assert (await client.post(path(), data=body(), headers=headers)).status == 204


@pytest.mark.parametrize("token", ["x", "x.y", "fixed", "%FF", "%00", "é", "a" * 4000])
async def test_wrong_token_is_not_found(client, prefix, store, body, token):
    """A URL that was not minted here does not exist, and keeps nothing."""
    answer = await client.post(f"{prefix}/callbacks/{token}", data=body())

    assert answer.status == 404
    assert (len(store), len(await store.quarantined())) == (0, 0)


@pytest.mark.parametrize("path", ["/", "/callbacks", "/callbacks/", "/callbacks/a/b"])
async def test_other_paths_are_not_found(client, prefix, body, path):
    """Nothing else is served."""
    assert (await client.post(prefix + path, data=body())).status == 404


async def test_wrong_token_is_refused_before_the_body_is_read(client, prefix, wire):
    """A stranger is turned away without one byte of the body."""
    connection = await wire(client.port)
    await connection.send(head(f"{prefix}/callbacks/x.y", "Content-Length: 1000"))

    assert await connection.status() == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(client, path, method):
    """Callbacks are posted; everything else is told so."""
    answer = await client.request(method, path())

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_largest_body_is_read(client, path, body):
    """A body of 64 KiB is read."""
    data = body().ljust(LARGEST)

    assert (await client.post(path(), data=data)).status == 204


async def test_announced_large_body_is_refused_unread(client, wire, path):
    """A body that is announced as too large is refused before it comes."""
    connection = await wire(client.port)
    await connection.send(head(path(), f"Content-Length: {LARGEST + 1}"))

    assert await connection.status() == 413


async def test_unannounced_large_body_is_refused(client, wire, path):
    """A body that grows too large is refused before it has ended."""
    connection = await wire(client.port)
    await connection.send(head(path(), "Transfer-Encoding: chunked"))
    await connection.send(b"10001\r\n" + b" " * (LARGEST + 1) + b"\r\n")

    assert await connection.status() == 413


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b"status=ISSUED", b'{"request":{"pk":7}}']
)
async def test_what_is_no_event_is_put_aside(client, store, path, data):
    """What came to a valid URL and is no event is told 400 and kept in quarantine."""
    answer = await client.post(path(), data=data)

    assert answer.status == 400
    assert [aside.body for aside in await store.quarantined()] == [data]
    assert len(store) == 0


async def test_empty_body_is_refused(client, store, path):
    """A callback without a body is refused, and there is nothing to put aside."""
    assert (await client.post(path())).status == 400
    assert not await store.quarantined()


async def test_contradiction_is_put_aside(client, inbox, store, urls, body):
    """A callback whose pk belongs to another URL is told 400 and put aside."""
    minted = urls.mint()
    await inbox.bind(minted.correlation, 8)
    url = minted.url.removeprefix(PUBLIC)

    assert (await client.post(url, data=body(pk=7))).status == 400
    assert [aside.body for aside in await store.quarantined()] == [body(pk=7)]
    assert len(store) == 0


async def test_broken_chunks_are_refused(client, wire, store, path):
    """A chunked body that breaks off its own rules is told 400."""
    connection = await wire(client.port)
    await connection.send(head(path(), "Transfer-Encoding: chunked"))
    await connection.send(b"zz\r\n")

    assert await connection.status() == 400
    assert len(store) == 0


async def test_connection_that_breaks_keeps_nothing(client, wire, store, path, body):
    """Half a callback is no callback, and the next one is served."""
    connection = await wire(client.port)
    await connection.send(head(path(), "Content-Length: 500") + body())
    connection.writer.close()
    await connection.writer.wait_closed()

    assert (await client.post(path(), data=body())).status == 204
    assert len(store) == 1


class FailingStore(MemoryStore):
    """Fails as it is told."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    async def append(self, event):
        raise self.error

    async def quarantine(self, body, reason, correlation):
        raise self.error


ERRORS = {
    StoreError("the disk is full"): "the disk is full",
    OSError("planted"): "OSError",
    RuntimeError("planted"): "RuntimeError",
}


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("data", [b'{"status":"ISSUED","request":7}', b"no event"])
async def test_what_cannot_be_kept_is_not_acknowledged(
    serve, urls, path, caplog, error, data
):
    """When the store fails, the sender is told 503 and may come again."""
    async with Inbox(FailingStore(error)) as inbox:
        client = await serve(inbox, urls)
        answer = await client.post(path(), data=data)

    assert (answer.status, await answer.read()) == (503, b"")
    assert f"not kept: {ERRORS[error]}" in caplog.text
    assert "planted" not in caplog.text


async def test_closed_inbox_does_not_acknowledge(client, inbox, path, body):
    """When the inbox is closed, the sender is told 503 and may come again."""
    await inbox.close()

    assert (await client.post(path(), data=body())).status == 503


async def test_two_apps_share_an_inbox_and_the_secrets(serve, inbox, urls, path, body):
    """Any replica with the secrets takes the callbacks of all."""
    clients = [await serve(inbox, urls) for _ in range(2)]
    url = path()
    answers = [await client.post(url, data=body()) for client in clients]

    assert [answer.status for answer in answers] == [204, 204]
    assert (inbox.statistics().delivered, inbox.statistics().duplicates) == (1, 1)


async def test_neither_token_nor_body_is_logged(client, wire, path, caplog, body):
    """No log record at any level has a token, a body, or a piece of one."""
    caplog.set_level(logging.DEBUG)
    url = path()
    for data in (body(note="planted"), b"planted", b'{"status":["planted"]}'):
        await client.post(url, data=data)
    await client.post(url + "x", data=b"planted")
    await client.request("GET", url)
    for end in (b"zz\r\n", b"5\r\nplanted"):
        connection = await wire(client.port)
        await connection.send(head(url, "Transfer-Encoding: chunked") + end)
        connection.writer.close()

    told = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("oneshot_async")
    ]
    assert any("callback kept: pk 7, status ISSUED" in line for line in told)
    assert not any(url.rpartition("/")[2] in line or "planted" in line for line in told)
