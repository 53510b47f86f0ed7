"""Who receives callbacks, each in a process of its own."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from worker import Work

PATH = "/callbacks/{token}"
_SECRET = "sixteen characters or more"


def _serves(url: str) -> Work:
    async def work() -> dict[str, Any]:
        return {"url": url}

    return work


@asynccontextmanager
async def oneshot(store: str) -> AsyncGenerator[Work, None]:
    """Our own, with somebody who waits for each request that is to be told of."""
    from waiting import all_wait, opened

    from oneshot_async import RequestPk
    from oneshot_async.receiver import Receiver

    async with (
        opened(store) as inbox,
        Receiver(inbox, secrets=[_SECRET]) as receiver,
        asyncio.TaskGroup() as group,
    ):
        waiting: set[asyncio.Task[Any]] = set()

        async def work(first: int = 0, count: int = 0) -> dict[str, Any]:
            if any(not task.done() for task in waiting):
                raise AssertionError("somebody was not woken")
            waiting.clear()
            for pk in range(first, first + count):
                wait = inbox.wait(RequestPk(pk), {"ENROLLREADY"})
                waiting.add(group.create_task(wait))
            await all_wait(inbox)
            return {"url": receiver.url}

        yield work


@asynccontextmanager
async def bare_aiohttp() -> AsyncGenerator[Work, None]:
    """aiohttp and `json.loads`."""
    from aiohttp import web

    async def receive(request: web.Request) -> web.Response:
        json.loads(await request.read())
        return web.Response(status=204)

    async with _aiohttp(receive) as work:
        yield work


@asynccontextmanager
async def aiogram() -> AsyncGenerator[Work, None]:
    """A dispatcher with one handler, and its own webhook handler for aiohttp."""
    from aiogram import Bot, Dispatcher
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def receive(message: Message) -> None:
        assert message.text is not None

    bot = Bot("1:benchmark")
    handler = SimpleRequestHandler(
        dispatcher,
        bot,
        handle_in_background=False,
        secret_token=_SECRET.replace(" ", "-"),
    )
    try:
        async with _aiohttp(handler.handle) as work:
            yield work
    finally:
        await bot.session.close()


@asynccontextmanager
async def starlette() -> AsyncGenerator[Work, None]:
    """Starlette and `json.loads`, under uvicorn."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def receive(request: Request) -> Response:
        json.loads(await request.body())
        return Response(status_code=204)

    app = Starlette(routes=[Route(PATH, receive, methods=["POST"])])
    async with _uvicorn(app) as work:
        yield work


@asynccontextmanager
async def fastapi() -> AsyncGenerator[Work, None]:
    """FastAPI with a pydantic model of the callback, under uvicorn."""
    from fastapi import FastAPI, Response
    from pydantic import BaseModel

    class About(BaseModel):
        pk: int
        status: str
        profile: str
        registration_authority: int
        scratchcard: str

    class Callback(BaseModel):
        event_type: str
        sent_at: str
        request: About
        certificates: list[dict[str, str]]

    app = FastAPI()

    @app.post(PATH, status_code=204, response_class=Response)
    async def receive(token: str, callback: Callback) -> None:
        assert token
        assert callback.request.pk

    async with _uvicorn(app) as work:
        yield work


@asynccontextmanager
async def slack_bolt() -> AsyncGenerator[Work, None]:
    """`AsyncApp` with one listener, its signature check and its Starlette adapter."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_user_id="B1", bot_token="xoxb-1"
        )

    app = AsyncApp(
        signing_secret=_SECRET, authorize=authorize, process_before_response=True
    )

    @app.event("app_mention")
    async def receive(event: dict[str, Any]) -> None:
        assert event["text"]

    handler = AsyncSlackRequestHandler(app)

    async def handle(request: Request) -> Response:
        return await handler.handle(request)

    routed = Starlette(routes=[Route(PATH, handle, methods=["POST"])])
    async with _uvicorn(routed) as work:
        yield work


@asynccontextmanager
async def _aiohttp(
    receive: Callable[[Any], Awaitable[Any]],
) -> AsyncGenerator[Work, None]:
    from aiohttp import web

    app = web.Application()
    app.router.add_post(PATH, receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield _serves(f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _uvicorn(app: Any) -> AsyncGenerator[Work, None]:
    """Serve with httptools, on the loop that all others use."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http="httptools", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  # it has no event for that
        await asyncio.sleep(0.01)
    try:
        yield _serves(f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        await serving
