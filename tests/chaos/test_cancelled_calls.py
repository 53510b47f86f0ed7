"""Every single operation, cancelled at each place where it waits."""

import io
import itertools
from contextlib import suppress
from pathlib import Path

import attrs
import pytest
from PIL import Image as Picture

from oneshot_async import OneShotClient, RequestUpdate, hash_document
from oneshot_async.errors import (
    BadRequestError,
    InvalidStatusError,
    NotFoundError,
    OtpTooSoonError,
)
from oneshot_async.simulator import Simulator
from oneshot_async.verification import verify_pdf


@attrs.define
class World:
    """What operations need; `path` is a PDF, `to` a file that may come to be."""

    client: OneShotClient
    simulator: Simulator
    path: Path
    to: Path
    png: bytes
    signers: object
    pk: int = 0
    uid: str = ""
    image: str = ""
    token: str = ""
    videoid: object = None
    code: str = ""

    async def renew(self):
        """Make everything anew, so that every cancellation meets the same."""
        client = self.client
        self.pk = (await client.requests.create(next(self.signers))).pk
        (document,) = await client.documents.upload(self.pk, self.path)
        self.uid = document.uid
        self.image = (await client.images.upload(self.png)).image_uid

    async def new_officer(self):
        for uid in (await self.client.tokens.list()).keys() - {self.simulator.token}:
            await self.client.tokens.delete(uid)

    async def officer(self):
        await self.new_officer()
        created = await self.client.tokens.create(self.simulator.rao_username)
        self.token = created.token_uid

    async def identify(self):
        await self.renew()
        self.videoid = await self.client.videoid.create(
            mobile_phone_number="+34600000077", email="someone@example.com"
        )

    def changes(self):
        scratchcard = self.simulator.requests[self.videoid.request_pk].scratchcard
        return RequestUpdate(
            scratchcard=scratchcard,
            email="another@example.com",
            registration_authority="3",
            profile="profile",
            country_name="ES",
        )

    async def filmed(self):
        await self.identify()
        await self.client.videoid.upload_video(self.videoid.videoid_pk, self.path)

    async def coded(self):
        await self.renew()
        await self.client.requests.generate_otp(self.pk)
        self.code = self.simulator.sms[-1].code

    async def signed(self):
        await self.coded()
        await self.client.requests.sign(self.pk, self.code)


W = World
REPEATABLE = {
    "create": (W.renew, lambda w: w.client.requests.create(next(w.signers))),
    "get": (W.renew, lambda w: w.client.requests.get(w.pk)),
    "update": (
        W.identify,
        lambda w: w.client.requests.update(w.videoid.request_pk, w.changes()),
    ),
    "cancel": (W.renew, lambda w: w.client.requests.cancel(w.pk)),
    "contract": (W.renew, lambda w: w.client.requests.contract(w.pk)),
    "save contract": (W.renew, lambda w: w.client.requests.contract(w.pk, to=w.to)),
    "upload": (W.renew, lambda w: w.client.documents.upload(w.pk, w.path, w.path)),
    "download": (W.signed, lambda w: w.client.documents.download(w.pk, w.uid)),
    "save": (W.signed, lambda w: w.client.documents.download(w.pk, w.uid, to=w.to)),
    "upload image": (W.renew, lambda w: w.client.images.upload(w.png)),
    "get image": (W.renew, lambda w: w.client.images.get(w.image)),
    "save image": (W.renew, lambda w: w.client.images.get(w.image, to=w.to)),
    "images": (W.renew, lambda w: w.client.images.list()),
    "token": (W.officer, lambda w: w.client.tokens.get(w.token)),
    "tokens": (W.renew, lambda w: w.client.tokens.list()),
    "identify": (
        W.renew,
        lambda w: w.client.videoid.create(
            mobile_phone_number="+34600000077", email="someone@example.com"
        ),
    ),
    "upload video": (
        W.identify,
        lambda w: w.client.videoid.upload_video(w.videoid.videoid_pk, w.path),
    ),
    "download video": (
        W.filmed,
        lambda w: w.client.videoid.download_video(w.videoid.videoid_pk),
    ),
    "save video": (
        W.filmed,
        lambda w: w.client.videoid.download_video(w.videoid.videoid_pk, to=w.to),
    ),
    "hello": (W.renew, lambda w: w.client.settings.hello()),
    "version": (W.renew, lambda w: w.client.settings.version()),
    "settings": (W.renew, lambda w: w.client.settings.get()),
    "set": (W.renew, lambda w: w.client.settings.update({"tsa": {"tsa_url": "x"}})),
    "call": (W.renew, lambda w: w.client.call("GET /request/{pk}", w.pk)),
    "call to": (
        W.signed,
        lambda w: w.client.call("GET /document/{pk}/{uid}", w.pk, w.uid, to=w.to),
    ),
    "hash": (W.renew, lambda w: hash_document(w.path)),
    "verify": (W.renew, lambda w: verify_pdf(w.path.read_bytes())),
}
"""What succeeds when it is done again after a cancellation."""

ONCE = {
    "code": (W.renew, lambda w: w.client.requests.generate_otp(w.pk), OtpTooSoonError),
    "sign": (
        W.coded,
        lambda w: w.client.requests.sign(w.pk, w.code),
        InvalidStatusError,
    ),
    "delete": (
        W.renew,
        lambda w: w.client.documents.delete(w.pk, w.uid),
        NotFoundError,
    ),
    "delete all": (
        W.renew,
        lambda w: w.client.documents.delete_all(w.pk),
        NotFoundError,
    ),
    "delete image": (W.renew, lambda w: w.client.images.delete(w.image), NotFoundError),
    "delete images": (W.renew, lambda w: w.client.images.delete_all(), NotFoundError),
    "create token": (
        W.new_officer,
        lambda w: w.client.tokens.create(w.simulator.rao_username),
        BadRequestError,
    ),
    "delete token": (
        W.officer,
        lambda w: w.client.tokens.delete(w.token),
        NotFoundError,
    ),
}
"""What may have been done by then, and the error that says so."""


@pytest.fixture
def png():
    target = io.BytesIO()
    Picture.new("RGB", (6, 4), "navy").save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def world(client, simulator, tmp_path, pdf, png, person):
    simulator.features.settings = True
    simulator.videoid.external = True
    path = tmp_path / "contract.pdf"
    path.write_bytes(pdf)
    signers = map(person, itertools.count())
    return World(client, simulator, path, tmp_path / "out.pdf", png, signers)


@pytest.mark.parametrize("name", REPEATABLE | ONCE)
async def test_cancelled_call_leaves_nothing_and_can_be_repeated(
    world, walk, nothing_left_of, name
):
    """Wherever it is cancelled it says so, holds nothing, and works the next time."""
    renew, call, *allowed = (REPEATABLE | ONCE)[name]

    async def prepare():
        await renew(world)
        return lambda: call(world)

    async def check(again):
        await nothing_left_of()
        with suppress(*allowed):
            await again()
        await nothing_left_of()

    assert await walk(prepare, check) > 0
