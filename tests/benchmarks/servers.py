"""Servers that only answer: what a client costs is then the client's own."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from worker import Work

_DATA = Path(__file__).parents[1] / "data"
_PK = 100543
_API = "/oneshot/api/v1"


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
    """Take what is sent, and answer as documented."""
    answers = {
        name: sample(f"responses/{name}.json") for name in ("create", "sign", "upload")
    }

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        name = request.path.removeprefix(_API).split("/")[1]
        return web.Response(body=answers[name], content_type="application/json")

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
