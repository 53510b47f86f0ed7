"""Servers that only answer: what a client costs is then the client's own."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiohttp
from aiohttp import web
from worker import Work

_DATA = Path(__file__).parents[1] / "data"
_PK = 100543
_API = "/oneshot/api/v1"
_PIECE = bytes(256 * 1024)
_GETS_ON = {"CREATED": "ENROLLREADY", "SIGNING": "ISSUED"}
PDF = (_DATA / "responses" / "document.pdf").read_bytes()


def sample(name: str) -> bytes:
    """Return the body of a documented sample."""
    return json.dumps(json.loads((_DATA / name).read_text())["body"]).encode()


def request_answer() -> bytes:
    """Return a documented request, with what some peers look for in an answer."""
    body = json.loads(sample("responses/get-request.json"))
    return json.dumps({**body, "ok": True, "object": "customer", "id": _PK}).encode()


@asynccontextmanager
async def listening(server: web.Server) -> AsyncGenerator[str, None]:
    """Serve on a free port; give the URL."""
    runner = web.ServerRunner(server)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def everything() -> AsyncGenerator[Work, None]:
    """Take what is sent, answer as documented, and send the callbacks."""
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        service = _Service(session, group)
        async with listening(web.Server(service.answer, access_log=None)) as url:

            async def work() -> dict[str, object]:
                answered, service.answered = service.answered, 0
                return {"url": url, "answered": answered}

            yield work


class _Service:
    """Requests that get on as soon as somebody has seen that they have not."""

    def __init__(
        self, session: aiohttp.ClientSession, group: asyncio.TaskGroup
    ) -> None:
        self.answered = 0
        self._session = session
        self._group = group
        self._pks = count(1)
        self._callbacks: dict[str, str] = {}
        self._status: dict[str, str] = {}
        self._answers = {
            name: sample(f"responses/{name}.json")
            for name in ("create-async", "get-request", "otp", "sign", "upload")
        }

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.answered += 1
        body = await request.read()
        operation, pk, *_ = [*request.path.removeprefix(_API)[1:].split("/"), ""]
        content = await getattr(self, f"_{operation}")(pk, body)
        kind = "application/pdf" if content is PDF else "application/json"
        return web.Response(body=content, content_type=kind)

    async def _create(self, _: str, body: bytes) -> bytes:
        pk = str(next(self._pks))
        self._status[pk] = "CREATED"
        if url := re.search(rb"\r\n(http://\S+)\r\n", body):
            self._callbacks[pk] = url[1].decode()
        return self._answers["create-async"].replace(b"123456", pk.encode())

    async def _request(self, pk: str, _: bytes) -> bytes:
        status = self._status[pk]
        if (next_one := _GETS_ON.get(status)) and pk in self._callbacks:
            self._status[pk] = next_one
            self._group.create_task(self._call_back(pk, next_one))
        answer = self._answers["get-request"].replace(str(_PK).encode(), pk.encode())
        return answer.replace(b"ENROLLREADY", status.encode())

    async def _document(self, _: str, body: bytes) -> bytes:
        if not body:
            return PDF
        number = body.count(b"filename=")
        answer = json.loads(self._answers["upload"])
        return json.dumps({**answer, "detail": [answer["detail"]] * number}).encode()

    async def _otp(self, _: str, __: bytes) -> bytes:
        return self._answers["otp"]

    async def _sign(self, pk: str, _: bytes) -> bytes:
        self._status[pk] = "SIGNING"
        return self._answers["sign"]

    async def _call_back(self, pk: str, status: str) -> None:
        about = {"pk": int(pk), "status": status}
        body = {"request": about, "sent_at": "20250715083633", "certificates": []}
        async with self._session.post(self._callbacks[pk], json=body) as response:
            response.raise_for_status()


@asynccontextmanager
async def files() -> AsyncGenerator[Work, None]:
    """Take files and drop them; give files as long as the request's number says."""
    uploaded = sample("responses/upload.json")

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            async for _ in request.content.iter_any():
                pass
            return web.Response(body=uploaded, content_type="application/json")
        size = int(request.path.split("/")[-2])
        response = web.StreamResponse()
        response.content_length = size
        await response.prepare(request)
        for sent in range(0, size, len(_PIECE)):
            await response.write(_PIECE[: size - sent])
        return response

    async with listening(web.Server(answer, access_log=None)) as url:

        async def work() -> dict[str, object]:
            return {"url": url}

        yield work


@asynccontextmanager
async def requests() -> AsyncGenerator[Work, None]:
    """Answer every GET with the request whose number its path ends with."""
    template = request_answer()
    marker = str(_PK).encode()
    connections: set[object] = set()

    async def answer(request: web.BaseRequest) -> web.Response:
        connections.add(request.transport)
        pk = request.path.rpartition("/")[2].encode()
        body = template.replace(marker, pk)
        return web.Response(body=body, content_type="application/json")

    async with listening(web.Server(answer, access_log=None)) as url:

        async def work() -> dict[str, object]:
            seen = len(connections)
            connections.clear()
            return {"url": url, "connections": seen}

        yield work
