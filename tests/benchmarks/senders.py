"""Who creates a request and signs: the same fields, images and JSON for both."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from repeating import repeated
from worker import Work

from oneshot_async import (
    Appearance,
    Billing,
    OneShotClient,
    RaoToken,
    Rectangle,
    RequestPk,
    SignatureParameters,
    Signer,
)

API = "/oneshot/api/v1"
PK = RequestPk(123456)
_IMAGE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 240
_IMAGES = ("document_front", "document_rear", "document_owner")
PERSON = {
    "given_name": "Ada",
    "surname_1": "Lovelace",
    "id_document_country": "ES",
    "serial_number": "0000000T",
    "email": "ada@example.com",
    "mobile_phone_number": "+34600123123",
}
FIELDS = {
    **PERSON,
    "id_document_type": "IDC",
    "profile": "PFnubeQAFCiudadano",
    "registration_authority": "1000",
    "env": "sandbox",
    "token": "14185cd9-c6ec-30f4-9f59-a844a77bc234",
    "billing_username": "user",
    "billing_password": "password",
}
_SIGNING = {
    "secret": "123456",
    "signature": {
        "appearance": {
            "text": ["Signed by: %(CN)s", "Date: %(DATE)s"],
            "timezone": "Europe/Madrid",
            "position": "30,100,165,150",
            "page": 0,
        }
    },
}


def client_of(url: str, **options: Any) -> OneShotClient:
    """Return a client that sends the fields above."""
    return OneShotClient(
        url,
        rao=RaoToken(FIELDS["token"]),
        billing=Billing(
            username=FIELDS["billing_username"], password=FIELDS["billing_password"]
        ),
        env=FIELDS["env"],
        registration_authority=FIELDS["registration_authority"],
        profile=FIELDS["profile"],
        **options,
    )


@asynccontextmanager
async def oneshot_create(url: str) -> AsyncGenerator[Work, None]:
    """`requests.create` with three images."""
    signer = Signer(**PERSON, **dict.fromkeys(_IMAGES, _IMAGE))  # type: ignore[arg-type]  # names from a mapping
    async with client_of(url) as client:

        async def create() -> None:
            created = await client.requests.create(signer)
            if not created.pk:
                raise AssertionError(created)

        yield repeated(create)


@asynccontextmanager
async def aiohttp_create(url: str) -> AsyncGenerator[Work, None]:
    """A `FormData` with three images, and a dict."""
    async with aiohttp.ClientSession() as session:

        async def create() -> None:
            form = aiohttp.FormData(FIELDS)
            for name in _IMAGES:
                form.add_field(name, _IMAGE, filename=name, content_type="image/jpeg")
            async with session.post(f"{url}{API}/create", data=form) as response:
                response.raise_for_status()
                found = await response.json()
            if not int(found["details"]["pk"]):
                raise AssertionError(found)

        yield repeated(create)


@asynccontextmanager
async def oneshot_sign(url: str) -> AsyncGenerator[Work, None]:
    """`requests.sign` with a visible signature."""
    appearance = Appearance(
        text=["Signed by: %(CN)s", "Date: %(DATE)s"],
        timezone="Europe/Madrid",
        position=Rectangle(30, 100, 165, 150),
        page=0,
    )
    signature = SignatureParameters(appearance=appearance)
    async with client_of(url) as client:

        async def sign() -> None:
            answer = await client.requests.sign(PK, "123456", signature=signature)
            if answer.request is None:
                raise AssertionError(answer)

        yield repeated(sign)


@asynccontextmanager
async def aiohttp_sign(url: str) -> AsyncGenerator[Work, None]:
    """The same JSON, and a dict."""
    async with aiohttp.ClientSession() as session:

        async def sign() -> None:
            path = f"{url}{API}/sign/{PK}"
            async with session.post(path, json=_SIGNING) as response:
                response.raise_for_status()
                found = await response.json()
            if found["detail"]["request"] is None:
                raise AssertionError(found)

        yield repeated(sign)
