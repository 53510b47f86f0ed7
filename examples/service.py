r"""A service that takes callbacks and signs in its own request handlers.

Two HTTP steps, as a product has them: *start signing* with a PDF, and *enter the code*.

    OPTIMIZER_URL=… ONESHOT_TOKEN=… ONESHOT_BILLING_USERNAME=… \
    ONESHOT_BILLING_PASSWORD=… CALLBACK_SECRET=… PUBLIC_URL=https://… PORT=8080 \
    python examples/service.py
"""

import os
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler

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
from oneshot_async.errors import InvalidInputError, OtpRefusedError
from oneshot_async.receiver import create_app

ONESHOT = web.AppKey("oneshot", OneShotClient)
SIGNINGS = web.AppKey("signings", dict[int, Signing])


async def start(request: web.Request) -> web.Response:
    """Begin a signing for the person in the query and send the code."""
    document = await request.read()
    signing = await request.app[ONESHOT].begin(_person(request), [document])
    await signing.send_otp()
    # A real service keeps `signing.state` in its database: it resumes anywhere.
    request.app[SIGNINGS][signing.request_pk] = signing
    return web.json_response({"signing": signing.request_pk}, status=201)


async def contract(request: web.Request) -> web.Response:
    """Show the person the service contract of the certificate."""
    signing = _signing(request)
    return web.Response(body=await signing.contract(), content_type="application/pdf")


async def finish(request: web.Request) -> web.Response:
    """Sign with the person's code and return the signed PDF."""
    signing = _signing(request)
    try:
        (signed,) = await signing.sign(await request.text())
    except OtpRefusedError:
        return web.json_response({"error": "wrong code, try again"}, status=422)
    await signing.delete_documents()
    del request.app[SIGNINGS][signing.request_pk]
    return web.Response(body=signed.content, content_type="application/pdf")


def _person(request: web.Request) -> Signer:
    try:
        return Signer(
            given_name=request.query["given_name"],
            surname_1=request.query["surname_1"],
            id_document_country=request.query["id_document_country"],
            serial_number=request.query["serial_number"],
            email=request.query["email"],
            mobile_phone_number=request.query["mobile_phone_number"],
        )
    except KeyError as error:
        raise InvalidInputError(f"{error.args[0]} is missing") from None


def _signing(request: web.Request) -> Signing:
    signing = request.app[SIGNINGS].get(int(request.match_info["pk"]))
    if signing is None:
        raise web.HTTPNotFound
    return signing


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell bad input and failures of the signature service, in one place."""
    try:
        return await handler(request)
    except InvalidInputError as error:
        return web.json_response({"error": str(error)}, status=422)
    except OneShotError as error:
        return web.json_response({"error": str(error)}, status=502)


def make_app(urls: CallbackUrls) -> web.Application:
    """Build the service; callbacks come to ``/oneshot/callbacks/…``."""
    inbox = Inbox()

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
    app[SIGNINGS] = {}
    app.cleanup_ctx.append(oneshot)
    app.add_routes(
        [
            web.post("/signings", start),
            web.get("/signings/{pk:[0-9]+}/contract", contract),
            web.post("/signings/{pk:[0-9]+}/code", finish),
        ]
    )
    app.add_subapp("/oneshot", create_app(inbox, urls))
    return app


def main() -> None:
    """Serve until interrupted."""
    public_url = f"{os.environ['PUBLIC_URL']}/oneshot"
    urls = CallbackUrls(public_url, [os.environ["CALLBACK_SECRET"]])
    # aiohttp's access log would write the callback tokens that are in the paths.
    port = int(os.environ["PORT"])
    web.run_app(make_app(urls), host="127.0.0.1", port=port, access_log=None)


if __name__ == "__main__":
    main()
