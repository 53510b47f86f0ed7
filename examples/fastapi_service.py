r"""A FastAPI service with the receiver mounted in it.

Two HTTP steps: *start signing* with a form that has a PDF in it, and *enter the code*.
What is under way is kept in this process only; ``service.py`` keeps it in a database.

    OPTIMIZER_URL=… ONESHOT_TOKEN=… ONESHOT_BILLING_USERNAME=… \
    ONESHOT_BILLING_PASSWORD=… CALLBACK_SECRET=… PUBLIC_URL=https://… PORT=8080 \
    python examples/fastapi_service.py

Besides the package: ``pip install fastapi python-multipart uvicorn``.
"""

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from secrets import token_urlsafe
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, File, Form, HTTPException, Request, Response
from fastapi.responses import JSONResponse

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
    InvalidInputError,
    OtpRefusedError,
    UnsupportedFileError,
)
from oneshot_async.receiver import create_asgi_app

PDF = "application/pdf"
SETTINGS = (
    "OPTIMIZER_URL",
    "ONESHOT_TOKEN",
    "ONESHOT_BILLING_USERNAME",
    "ONESHOT_BILLING_PASSWORD",
    "CALLBACK_SECRET",
    "PUBLIC_URL",
)

if missing := [name for name in SETTINGS if name not in os.environ]:
    sys.exit(f"{', '.join(missing)} must be set: see the top of {__file__}")

inbox = Inbox()
urls = CallbackUrls(
    f"{os.environ['PUBLIC_URL']}/oneshot", [os.environ["CALLBACK_SECRET"]]
)
oneshot = OneShotClient(
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
)
under_way: dict[str, Signing] = {}


@asynccontextmanager
async def lifespan(_service: FastAPI) -> AsyncGenerator[None, None]:
    """Have inbox and client for as long as the service runs."""
    async with inbox, oneshot:
        yield


service = FastAPI(lifespan=lifespan)
service.mount("/oneshot", create_asgi_app(inbox, urls))


def person(
    given_name: Annotated[str, Form()],
    surname_1: Annotated[str, Form()],
    id_document_country: Annotated[str, Form()],
    serial_number: Annotated[str, Form()],
    email: Annotated[str, Form()],
    mobile_phone_number: Annotated[str, Form()],
) -> Signer:
    """Read who is to sign out of a form."""
    return Signer(
        given_name=given_name,
        surname_1=surname_1,
        id_document_country=id_document_country,
        serial_number=serial_number,
        email=email,
        mobile_phone_number=mobile_phone_number,
    )


def named(name: str) -> Signing:
    """Find the signing that a path names."""
    if name not in under_way:
        raise HTTPException(404)
    return under_way[name]


@service.post("/signings", status_code=201)
async def start(
    signer: Annotated[Signer, Depends(person)], document: Annotated[bytes, File()]
) -> dict[str, str]:
    """Begin a signing and send the person the code."""
    signing = await oneshot.begin(signer, [document])
    await signing.send_otp()
    name = token_urlsafe()
    under_way[name] = signing
    return {"signing": name}


@service.get("/signings/{name}/contract")
async def contract(signing: Annotated[Signing, Depends(named)]) -> Response:
    """Show the person the service contract of the certificate."""
    return Response(await signing.contract(), media_type=PDF)


@service.post("/signings/{name}/code")
async def finish(
    name: str,
    signing: Annotated[Signing, Depends(named)],
    code: Annotated[str, Form()],
) -> Response:
    """Sign with the person's code and return the signed PDF."""
    (signed,) = await signing.sign(code)
    await signing.delete_documents()
    del under_way[name]
    return Response(signed.content, media_type=PDF)


@service.exception_handler(OneShotError)
async def failed(_request: Request, error: Exception) -> JSONResponse:
    """Tell bad input, a wrong code and failures of the signature service."""
    theirs = (InvalidInputError, OtpRefusedError, UnsupportedFileError)
    status = 422 if isinstance(error, theirs) else 502
    return JSONResponse({"error": str(error)}, status)


if __name__ == "__main__":
    # uvicorn's access log would write the callback tokens that are in the paths.
    port = int(os.environ.get("PORT", "8080"))
    uvicorn.run(service, host="127.0.0.1", port=port, access_log=False)
