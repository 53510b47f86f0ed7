"""Whole asynchronous signings, by the client and by hand."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count

import aiohttp
from aiohttp import web
from repeating import repeated
from senders import API, FIELDS, PERSON, client_of
from servers import PDF, listening
from worker import Work

from oneshot_async import Inbox, Signer
from oneshot_async.receiver import Receiver

_CODE = "123456"


@asynccontextmanager
async def oneshot(url: str, documents: str = "1") -> AsyncGenerator[Work, None]:
    """`begin`, `send_otp`, `sign`; the callbacks come to a `Receiver`."""
    signer = Signer(**PERSON)
    async with (
        Inbox() as inbox,
        Receiver(inbox, secrets=["sixteen characters or more"]) as receiver,
        client_of(url, inbox=inbox, callbacks=receiver.urls) as client,
    ):

        async def sign() -> None:
            signing = await client.begin(signer, [PDF] * int(documents))
            await signing.send_otp()
            for document in await signing.sign(_CODE):
                _check(document.content)

        yield repeated(sign)


@asynccontextmanager
async def by_hand(url: str) -> AsyncGenerator[Work, None]:
    """The same requests, each status looked at; a callback ends the wait of its URL."""
    heard: dict[str, asyncio.Queue[str]] = {}

    async def receive(request: web.BaseRequest) -> web.Response:
        told = json.loads(await request.read())
        heard[request.path].put_nowait(told["request"]["status"])
        return web.Response(status=204)

    async with (
        listening(web.Server(receive, access_log=None)) as own,
        aiohttp.ClientSession(f"{url}{API}/") as session,
    ):
        numbers = count(1)

        async def sign() -> None:
            path = f"/callbacks/{next(numbers)}"
            heard[path] = asyncio.Queue()
            await _sign(session, own + path, heard[path])
            del heard[path]

        yield repeated(sign)


async def _sign(
    session: aiohttp.ClientSession, callback: str, told: asyncio.Queue[str]
) -> None:
    fields = {**FIELDS, "useasync": "true", "callback": callback}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    async with session.post("create", data=form) as response:
        response.raise_for_status()
        pk = int((await response.json())["details"]["pk"])
    await _reached(session, pk, "ENROLLREADY", told)
    form = aiohttp.FormData()
    form.add_field("file", PDF, filename="file.pdf", content_type="application/pdf")
    for operation, body in (
        ("document", {"data": form}),
        ("otp", {"json": {}}),
        ("sign", {"json": {"secret": _CODE}}),
    ):
        async with session.post(f"{operation}/{pk}", **body) as response:
            response.raise_for_status()
            answer = await response.json()
            if operation == "document":
                uid = answer["detail"][0]["uid"]
    await _reached(session, pk, "ISSUED", told)
    path, query = f"document/{pk}/{uid}", {"document_type": "signed"}
    async with session.get(path, params=query) as response:
        response.raise_for_status()
        _check(await response.read())


async def _reached(
    session: aiohttp.ClientSession, pk: int, status: str, told: asyncio.Queue[str]
) -> None:
    """Ask, and ask again when a callback has come, until it is there."""
    while True:
        async with session.get(f"request/{pk}") as response:
            response.raise_for_status()
            found = (await response.json())["request"]["status"]
        if found == status:
            return
        async with asyncio.timeout(600):
            while await told.get() == found:
                pass


def _check(content: bytes) -> None:
    if content != PDF:
        raise AssertionError(f"{len(content)} bytes")
