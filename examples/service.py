r"""A service that takes callbacks and signs in its own request handlers.

Two HTTP steps, as a product has them: *start signing* with a form that has a PDF in it,
and *enter the code*. What is under way is kept in a database: the process may end
between the two, or in the midst of one, and any other one takes it from there.

    OPTIMIZER_URL=… ONESHOT_TOKEN=… ONESHOT_BILLING_USERNAME=… \
    ONESHOT_BILLING_PASSWORD=… CALLBACK_SECRET=… PUBLIC_URL=https://… PORT=8080 \
    DATABASE=sqlite:///service.db python examples/service.py

With ``DATABASE=postgresql://user@host/database`` it runs on any number of machines.
Besides the package: ``pip install 'sqlalchemy[asyncio]' aiosqlite asyncpg``.
"""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from functools import partial
from secrets import token_urlsafe
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy import (
    JSON,
    Column,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from oneshot_async import (
    Billing,
    CallbackUrls,
    Inbox,
    OneShotClient,
    OneShotError,
    RaoToken,
    Signer,
    Signing,
)
from oneshot_async.errors import (
    AlreadyIssuedError,
    InvalidInputError,
    OtpRefusedError,
    UnsupportedFileError,
)
from oneshot_async.receiver import create_app

SETTINGS = (
    "OPTIMIZER_URL",
    "ONESHOT_TOKEN",
    "ONESHOT_BILLING_USERNAME",
    "ONESHOT_BILLING_PASSWORD",
    "CALLBACK_SECRET",
    "PUBLIC_URL",
)
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
TABLE = Table(
    "signings",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("state", JSON, nullable=False),
    Column("signed", LargeBinary),
)


class Signings:
    """Every signing by a name that cannot be guessed: its state, its signed PDF."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, name: str, state: Mapping[str, Any]) -> None:
        """Keep a signing's state, in place of what was kept before."""
        async with self._engine.begin() as connection:
            known = update(TABLE).where(TABLE.c.name == name).values(state=state)
            if not (await connection.execute(known)).rowcount:
                await connection.execute(insert(TABLE).values(name=name, state=state))

    async def keep_signed(self, name: str, content: bytes) -> None:
        """Keep what has been signed."""
        async with self._engine.begin() as connection:
            known = update(TABLE).where(TABLE.c.name == name)
            await connection.execute(known.values(signed=content))

    async def state(self, name: str) -> Mapping[str, Any] | None:
        """Return the state of a signing, if there is one of this name."""
        state: Mapping[str, Any] | None = await self._find(TABLE.c.state, name)
        return state

    async def signed(self, name: str) -> bytes | None:
        """Return the signed PDF, once there is one."""
        content: bytes | None = await self._find(TABLE.c.signed, name)
        return content

    async def _find(self, column: "Column[Any]", name: str) -> Any:
        async with self._engine.connect() as connection:
            return await connection.scalar(select(column).where(TABLE.c.name == name))


ONESHOT = web.AppKey("oneshot", OneShotClient)
SIGNINGS = web.AppKey("signings", Signings)


async def start(request: web.Request) -> web.Response:
    """Begin a signing for the person in the form and send the code."""
    form = await request.post()
    name = token_urlsafe()
    signing = await request.app[ONESHOT].begin(
        _person(form), [_document(form)], on_state=_keep(request, name)
    )
    await signing.send_otp()
    return web.json_response({"signing": name}, status=201)


async def contract(request: web.Request) -> web.Response:
    """Show the person the service contract of the certificate."""
    signing = await _signing(request)
    return web.Response(body=await signing.contract(), content_type="application/pdf")


async def finish(request: web.Request) -> web.Response:
    """Sign with the person's code, and show where the signed PDF is."""
    signing, name = await _signing(request), request.match_info["name"]
    signings, code = request.app[SIGNINGS], _text(await request.post(), "code")
    if await signings.signed(name) is None:
        try:
            (signed,) = await signing.sign(code)
        except OtpRefusedError:
            return web.json_response({"error": "wrong code, try again"}, status=422)
        except AlreadyIssuedError:  # a process ended before it could keep the result
            (signed,) = await signing.download()
        await signings.keep_signed(name, signed.content)
    await signing.delete_documents()
    raise web.HTTPSeeOther(f"/signings/{name}/document")


async def document(request: web.Request) -> web.Response:
    """Show the signed PDF."""
    content = await request.app[SIGNINGS].signed(request.match_info["name"])
    if content is None:
        raise web.HTTPNotFound
    return web.Response(body=content, content_type="application/pdf")


def _keep(request: web.Request, name: str) -> "partial[Any]":
    return partial(request.app[SIGNINGS].keep, name)


def _person(form: Mapping[str, Any]) -> Signer:
    return Signer(
        given_name=_text(form, "given_name"),
        surname_1=_text(form, "surname_1"),
        id_document_country=_text(form, "id_document_country"),
        serial_number=_text(form, "serial_number"),
        email=_text(form, "email"),
        mobile_phone_number=_text(form, "mobile_phone_number"),
    )


def _text(form: Mapping[str, Any], name: str) -> str:
    text = form.get(name)
    if not isinstance(text, str):
        raise InvalidInputError(f"{name} is missing")
    return text


def _document(form: Mapping[str, Any]) -> bytes:
    document = form.get("document")
    if not isinstance(document, web.FileField):
        raise InvalidInputError("document is missing")
    return document.file.read()


async def _signing(request: web.Request) -> Signing:
    name = request.match_info["name"]
    state = await request.app[SIGNINGS].state(name)
    if state is None:
        raise web.HTTPNotFound
    return await request.app[ONESHOT].resume(state, on_state=_keep(request, name))


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell bad input and failures of the signature service, in one place."""
    try:
        return await handler(request)
    except (InvalidInputError, UnsupportedFileError) as error:
        return web.json_response({"error": str(error)}, status=422)
    except OneShotError as error:
        return web.json_response({"error": str(error)}, status=502)


def make_app(urls: CallbackUrls, database: str) -> web.Application:
    """Build the service; callbacks come to ``/oneshot/callbacks/…``."""
    inbox = Inbox(database)

    async def signings(app: web.Application) -> AsyncIterator[None]:
        url = make_url(database)
        engine = create_async_engine(url.set(drivername=DRIVERS[url.drivername]))
        async with engine.begin() as connection:
            await connection.run_sync(TABLE.metadata.create_all)
        app[SIGNINGS] = Signings(engine)
        yield
        await engine.dispose()

    async def oneshot(app: web.Application) -> AsyncIterator[None]:
        async with (
            inbox,
            OneShotClient(
                os.environ["OPTIMIZER_URL"],
                rao=RaoToken(os.environ["ONESHOT_TOKEN"]),
                billing=Billing(
                    username=os.environ["ONESHOT_BILLING_USERNAME"],
                    password=os.environ["ONESHOT_BILLING_PASSWORD"],
                ),
                env="sandbox",
                registration_authority="1000",
                profile="PFnubeQAFCiudadano",
                inbox=inbox,
                callbacks=urls,
            ) as client,
        ):
            app[ONESHOT] = client
            yield

    app = web.Application(middlewares=[errors], client_max_size=32 * 2**20)
    app.cleanup_ctx.extend([oneshot, signings])  # an inbox in a file makes the file
    app.add_routes(
        [
            web.post("/signings", start),
            web.get("/signings/{name}/contract", contract),
            web.post("/signings/{name}/code", finish),
            web.get("/signings/{name}/document", document),
        ]
    )
    app.add_subapp("/oneshot", create_app(inbox, urls))
    return app


def main() -> None:
    """Serve until interrupted."""
    if missing := [name for name in SETTINGS if name not in os.environ]:
        sys.exit(f"{', '.join(missing)} must be set: see the top of {__file__}")
    public_url = f"{os.environ['PUBLIC_URL']}/oneshot"
    urls = CallbackUrls(public_url, [os.environ["CALLBACK_SECRET"]])
    app = make_app(urls, os.environ.get("DATABASE", "sqlite:///service.db"))
    # aiohttp's access log would write the callback tokens that are in the paths.
    port = int(os.environ.get("PORT", "8080"))
    web.run_app(app, host="127.0.0.1", port=port, access_log=None)


if __name__ == "__main__":
    try:
        main()
    except OneShotError as error:
        sys.exit(str(error))
