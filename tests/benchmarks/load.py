"""Who sends callbacks: many connections, each with one at a time."""

import asyncio
import hashlib
import hmac
import json
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

from servers import sample
from worker import Work

from oneshot_async import CallbackUrls, RequestPk

SECRET = "sixteen characters or more"
_SAMPLE = json.loads(sample("callbacks/request-approved.json"))


def callback(pk: int) -> bytes:
    """Return a documented callback about a request."""
    return json.dumps({**_SAMPLE, "request": {**_SAMPLE["request"], "pk": pk}}).encode()


def _oneshot(url: str) -> Callable[[int], bytes]:
    """Every request at a URL of its own, as the client mints them."""
    urls = CallbackUrls(url, [SECRET])

    def request(pk: int) -> bytes:
        return _post(urls.mint().url, callback(pk))

    return request


def _slack(url: str) -> Callable[[int], bytes]:
    """An event, signed as Slack signs it."""

    def request(pk: int) -> bytes:
        event = {"type": "app_mention", "user": "U1", "text": str(pk), "ts": "1.0"}
        body = json.dumps(
            {"type": "event_callback", "event": event, "event_id": f"Ev{pk}"}
        ).encode()
        now = str(int(time.time()))
        signed = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256)
        return _post(
            url + "/callbacks/slack",
            body,
            ("X-Slack-Request-Timestamp", now),
            ("X-Slack-Signature", f"v0={signed.hexdigest()}"),
        )

    return request


def _telegram(url: str) -> Callable[[int], bytes]:
    """An update with a message, and the secret token in its header."""
    somebody = {"id": 1, "is_bot": False, "first_name": "Ada"}
    chat = {"id": 1, "type": "private", "first_name": "Ada"}

    def request(pk: int) -> bytes:
        message = {
            "message_id": pk, "date": 1752568593, "text": str(pk),
            "from": somebody, "chat": chat,
        }  # fmt: skip
        body = json.dumps({"update_id": pk, "message": message}).encode()
        return _post(
            url + "/callbacks/telegram",
            body,
            ("X-Telegram-Bot-Api-Secret-Token", SECRET.replace(" ", "-")),
        )

    return request


_KINDS = {"oneshot": _oneshot, "slack": _slack, "telegram": _telegram}


def _post(url: str, body: bytes, *headers: tuple[str, str]) -> bytes:
    parts = urlsplit(url)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class _Connection(asyncio.Protocol):
    """Sends one request after another, each when the last one is answered."""

    def __init__(self, requests: deque[bytes], sent: "_Sent") -> None:
        self._requests = requests
        self._sent = sent
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            self._sent.seconds.append(time.perf_counter() - self._began)
            self._sent.statuses[head[9:12].decode()] += 1
            self._received = b""
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("hung up"))

    def _next(self) -> None:
        if not self._requests:
            self.ended.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(self._requests.popleft())


class _Sent:
    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.statuses = Counter[str]()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def callbacks() -> AsyncGenerator[Work, None]:
    """Send callbacks about so many requests, and see that each is accepted."""

    async def work(
        url: str, kind: str, first: int, count: int, connections: int
    ) -> dict[str, Any]:
        make = _KINDS[kind](url)
        requests = deque(make(RequestPk(pk)) for pk in range(first, first + count))
        sent = _Sent()
        host, _, port = urlsplit(url).netloc.rpartition(":")
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        made = [
            await loop.create_connection(
                lambda: _Connection(requests, sent), host, int(port)
            )
            for _ in range(connections)
        ]
        await asyncio.gather(*(connection.ended for _, connection in made))
        took = time.perf_counter() - began
        if set(sent.statuses) - {"200", "204"} or len(sent.seconds) != count:
            raise AssertionError(f"{dict(sent.statuses)} of {count}")
        p99 = quantiles(sent.seconds, n=100)[98]
        return {"per_second": count / took, "p99": p99}

    yield work
