"""No workflow shows anything of what it carries, whatever way it goes."""

import asyncio
import base64
import io
import json

import aiohttp
import attrs
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from PIL import Image
from prometheus_client import CollectorRegistry, generate_latest

from oneshot_async import Inbox, OneShotError, RequestUpdate, SignatureParameters
from oneshot_async.hashing import hash_document
from oneshot_async.receiver import Receiver
from oneshot_async.receiver.metrics import Metrics
from oneshot_async.tracing import Tracing

WORKFLOWS = {}


def workflow(function):
    WORKFLOWS[function.__name__] = function
    return function


@attrs.frozen
class World:
    """All that takes part in a workflow."""

    simulator: object
    connect: object
    inbox: object
    receiver: object
    shown: object
    planted: object
    pdf: object

    @property
    def png(self):
        drawn = io.BytesIO()
        Image.new("L", (8, 8)).save(drawn, "PNG")
        return drawn.getvalue()

    async def client(self, **options):
        client = await self.connect(
            inbox=self.inbox, callbacks=self.receiver.urls, **options
        )
        self.shown.add(client)
        return client

    async def begin(self, client, *documents, **options):
        return await client.begin(
            self.planted.signer,
            documents or [self.pdf],
            progress=self.shown.progress,
            on_state=self.keep,
            **options,
        )

    async def keep(self, state):
        """Take a state for what is shown, but for the names that files have here."""
        nameless = [{**ref, "name": ""} for ref in state["documents"]]
        self.shown.add(json.dumps({**state, "documents": nameless}))

    async def code(self, signing, **options):
        phone = self.planted.signer.mobile_phone_number
        await signing.send_otp(**options)
        sms = await self.simulator.next_sms(phone)
        self.shown.hide(sms.code, sms.text)
        self.shown.add(sms)
        return sms.code

    async def sign(self, signing, *, to=None, **options):
        code = await self.code(signing)
        signed = await signing.sign(
            code, to=to, progress=self.shown.progress, **options
        )
        self.shown.add(signing, *signing.documents, *signed)
        return signed

    async def identified(self, client):
        """Return an identification that has all its evidence."""
        signer = self.planted.signer
        identification = await client.identify(
            mobile_phone_number=signer.mobile_phone_number, email=signer.email
        )
        self.shown.hide(identification.link)
        self.shown.add(identification, identification.state)
        if identification.link:
            await self.visit(identification.link)
        else:
            await identification.upload_evidences(self.planted.evidences)
            video = self.planted.mark("Video").encode() * 100
            await identification.upload_video(video, progress=self.shown.progress)
        self.shown.add(await identification.reviewable())
        return identification

    async def visit(self, link):
        names = ("given_name", "surname_1", "surname_2", "serial_number")
        person = {name: getattr(self.planted.signer, name) for name in names}
        async with aiohttp.ClientSession() as browser:
            form = {"outcome": "finish", **person}
            async with browser.post(link, data=form) as answer:
                assert answer.status == 200


@workflow
async def by_sms(world):
    """With callbacks, all of them in every form, and wrong codes before the right."""
    for fault in ("forged", "unknown_event", "doubled", "old_form", "string_pk"):
        setattr(world.simulator.faults, fault, 0.5)
    client = await world.client()
    signing = await world.begin(client)
    world.shown.add(await client.requests.contract(signing.request_pk) == b"")
    code = await world.code(signing)
    for wrong in ("000111222", code + "9"):
        with pytest.raises(OneShotError) as caught:
            await signing.sign(wrong)
        world.shown.hide(wrong)
        world.shown.add(caught.value)
    world.shown.add(*await signing.sign(code))
    request = await client.requests.get(signing.request_pk)
    world.shown.hide(request.scratchcard, *attrs.astuple(request.secrets)[:4])
    world.shown.add(request.secrets, *await world.inbox.history())
    await signing.delete_documents()


@workflow
async def in_synchronous_mode(world):
    """Without callbacks; the code comes by WhatsApp, the results go into files."""
    client = await world.client(rao=world.planted.login)
    signing = await world.begin(client, useasync=False)
    code = await world.code(signing, delivery_method="whatsapp")
    signed = await signing.sign(code, to=world.pdf.parent / "signed")
    contract = await signing.contract(to=world.pdf.parent / "contract.pdf")
    world.shown.add(*signed)
    assert contract.exists()


@workflow
async def resumed(world):
    """Gone on with in another client, from the state and no more."""
    begun = await world.begin(await world.client())
    client = await world.client()
    signing = await client.resume(json.loads(json.dumps(begun.state)))
    await world.sign(signing)


@workflow
async def by_its_hash(world):
    """Only a digest of the document leaves."""
    hashed = await hash_document(world.pdf)
    world.shown.hide(hashed.digest.hex(), base64.b64encode(hashed.digest).decode())
    world.shown.add(hashed)
    client = await world.client()
    await world.sign(await world.begin(client, hashed))


@workflow
async def countersigned_for_long(world):
    """With a look, a second signature, and validation data."""
    client = await world.client()
    signing = await world.begin(client)
    how = SignatureParameters(
        appearance=world.planted.look, level="LTV", use_tsa=True, metadata="{}"
    )
    world.shown.add(how, world.planted.second)
    await world.sign(signing, signature=how, countersignature=world.planted.second)


@workflow
async def unlocked_elsewhere(world):
    """With means of authentication of one's own."""
    signing = await world.begin(await world.client())
    code = world.planted.mark("OwnCode")
    world.shown.add(*await signing.sign(code, **world.planted.unlocking))


@workflow
async def identified_on_the_page(world):
    """A Video ID on the service's page, approved in two steps."""
    world.simulator.videoid.callback = world.receiver.urls.fixed()
    world.simulator.videoid.two_steps = True
    client = await world.client()
    identification = await world.identified(client)
    for _ in range(2):
        await identification.approve(rao_id="1182", rao=world.planted.login)
    await world.sign(await identification.signing(world.pdf))


@workflow
async def identified_elsewhere(world):
    """A Video ID whose evidence is uploaded, which is changed, and refused."""
    world.simulator.videoid.external = True
    client = await world.client()
    identification = await world.identified(client)
    video = await client.videoid.download_video(identification.videoid_pk)
    before = await client.requests.get(identification.request_pk)
    world.shown.hide(before.scratchcard)
    update = RequestUpdate(
        scratchcard=before.scratchcard,
        email=world.planted.mark("Other") + "@example.com",
        registration_authority="3",
        profile="profile",
        country_name="ES",
        birth_date=world.planted.mark("Birth"),
    )
    with pytest.raises(OneShotError) as caught:
        await client.requests.update(before.pk, update)
    world.shown.add(caught.value)
    reason = world.planted.mark("Refusal")
    await identification.refuse(reason=reason, rao_id="1182")
    with pytest.raises(OneShotError) as caught:
        await identification.signing(world.pdf)
    world.shown.add(caught.value)
    assert world.planted.mark("Video").encode() in video


@workflow
async def tended(world):
    """Tokens, images, settings, and operations without a method."""
    client, planted = await world.client(), world.planted
    created = await client.tokens.create(planted.login.username, pin=planted.login.pin)
    world.shown.hide(created.token_uid)
    world.shown.add(created, await client.tokens.get(created.token_uid))
    world.shown.add(*(await client.tokens.list()).values())
    await client.tokens.delete(created.token_uid)
    uploaded = await client.images.upload(world.png)
    world.shown.add(uploaded, *(await client.images.list()).values())
    await client.images.delete(uploaded.image_uid)
    world.shown.add(await client.settings.get(), await client.settings.version())
    await client.settings.update({"proxy": {"password": planted.mark("Proxy")}})
    world.shown.add(await client.call("GET /settings"))


@workflow
async def observed(world):
    """With spans, metrics and an inbox in a file, which is looked at afterwards."""
    spans, registry = InMemorySpanExporter(), CollectorRegistry()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    tracing, metrics = Tracing(provider), Metrics(registry)
    file = world.pdf.parent / "callbacks.db"
    async with (
        Inbox(f"sqlite:///{file}", observers=[metrics, tracing]) as inbox,
        Receiver(inbox, secrets=[world.planted.secret]) as receiver,
    ):
        client = await world.connect(
            inbox=inbox,
            callbacks=receiver.urls,
            trace_configs=[tracing.trace_config()],
        )
        await world.sign(await world.begin(client))
        with pytest.raises(OneShotError):
            await client.tokens.get(world.planted.wrong_token.token)
        world.shown.add(inbox, receiver, tracing, metrics, *await inbox.history())
    ended = spans.get_finished_spans()
    world.shown.texts += [span.to_json() for span in ended]
    world.shown.texts += [repr(file.read_bytes()), generate_latest(registry).decode()]
    assert len(ended) > 10


@pytest.mark.parametrize("name", WORKFLOWS)
async def test_workflow_shows_nothing(
    simulator, connect, inbox, receiver, shown, planted, pdf, everything, name
):
    """Of a workflow no text, log line, warning or pickle shows a secret or a person."""
    world = World(simulator, connect, inbox, receiver, shown, planted, pdf)
    async with asyncio.timeout(40):
        await WORKFLOWS[name](world)
    minted = [record.url for record in simulator.callbacks]
    shown.hide(*minted, *(url.rpartition(".")[2] for url in minted))
    shown.add(inbox, receiver, receiver.urls, receiver.urls.mint(), simulator)
    shown.add(*simulator.callbacks, *simulator.requests.values())
    shown.add(*simulator.videoids.values(), *await inbox.history())

    assert everything().leaks() == []
