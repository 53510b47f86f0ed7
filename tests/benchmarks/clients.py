"""Who asks ``GET /request/{pk}``: each through one session, and reads the JSON."""

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from environments import generated_client
from repeating import repeated
from worker import Work

_API = "/oneshot/api/v1"

Get = Callable[[int], Awaitable[int]]


def asking(get: Get) -> Work:
    """Return work that asks many times, and checks every answer."""
    numbers = count(1)

    async def ask() -> None:
        pk = next(numbers)
        found = await get(pk)
        if found != pk:
            raise AssertionError(f"asked for {pk}, got {found}")

    return repeated(ask)


@asynccontextmanager
async def oneshot(url: str) -> AsyncGenerator[Work, None]:
    """Our own: a model, with unknown fields kept, retries, time-outs and errors."""
    from oneshot_async import OneShotClient, RequestPk

    async with OneShotClient(url) as client:

        async def get(pk: int) -> int:
            return (await client.requests.get(RequestPk(pk))).pk

        yield asking(get)


@asynccontextmanager
async def bare_aiohttp(url: str) -> AsyncGenerator[Work, None]:
    """A session, a status that is looked at, and a dict."""
    import aiohttp

    async with aiohttp.ClientSession() as session:

        async def get(pk: int) -> int:
            async with session.get(f"{url}{_API}/request/{pk}") as response:
                response.raise_for_status()
                return int((await response.json())["request"]["pk"])

        yield asking(get)


@asynccontextmanager
async def slack_sdk(url: str) -> AsyncGenerator[Work, None]:
    """`AsyncWebClient` with a session that is shared, and a `SlackResponse`."""
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token="xoxb-benchmark", base_url=f"{url}{_API}/", session=session
        )

        async def get(pk: int) -> int:
            found = await client.api_call(f"request/{pk}", http_verb="GET")
            return int(found["request"]["pk"])

        yield asking(get)


@asynccontextmanager
async def gidgethub(url: str) -> AsyncGenerator[Work, None]:
    """`GitHubAPI.getitem` over a shared aiohttp session, without its cache; a dict."""
    import aiohttp
    from gidgethub.aiohttp import GitHubAPI

    async with aiohttp.ClientSession() as session:
        client = GitHubAPI(session, "benchmark", base_url=url)

        async def get(pk: int) -> int:
            found: Any = await client.getitem(f"{_API}/request/{pk}")
            return int(found["request"]["pk"])

        yield asking(get)


@asynccontextmanager
async def stripe(url: str) -> AsyncGenerator[Work, None]:
    """`StripeClient` over its own aiohttp client, one session; a `Customer`."""
    from stripe import AIOHTTPClient, StripeClient

    transport = AIOHTTPClient(verify_ssl_certs=False)
    client = StripeClient(
        "sk_test_benchmark", http_client=transport, base_addresses={"api": url}
    )

    async def get(pk: int) -> int:
        found: Any = await client.v1.customers.retrieve_async(str(pk))
        return int(found["request"]["pk"])

    try:
        yield asking(get)
    finally:
        await transport.close_async()


@asynccontextmanager
async def httpx(url: str) -> AsyncGenerator[Work, None]:
    """`AsyncClient`, a status that is looked at, and a dict."""
    from httpx import AsyncClient

    async with AsyncClient(base_url=url) as client:

        async def get(pk: int) -> int:
            response = await client.get(f"{_API}/request/{pk}")
            response.raise_for_status()
            return int(response.json()["request"]["pk"])

        yield asking(get)


@asynccontextmanager
async def generated(url: str) -> AsyncGenerator[Work, None]:
    """What openapi-python-client makes of this API: httpx, and a model."""
    sys.path.append(str(generated_client()))
    from oneshot_generated import Client
    from oneshot_generated.api.requests import requests_get

    client = Client(base_url=f"{url}{_API}", raise_on_unexpected_status=True)
    async with client:

        async def get(pk: int) -> int:
            found: Any = await requests_get.asyncio(pk, client=client)
            return int(found.request.pk)

        yield asking(get)
