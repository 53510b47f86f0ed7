"""Every step of a flow, cancelled at each place where it waits."""

import itertools
from contextlib import suppress
from pathlib import Path

import attrs
import pytest

from oneshot_async import (
    Acceptance,
    Evidences,
    OcrData,
    OneShotClient,
    SecurityChecks,
    Signing,
)
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    InvalidStatusError,
    OtpTooSoonError,
)
from oneshot_async.identification import Identification
from oneshot_async.simulator import Simulator

RAO = "1182"
EVIDENCES = Evidences(
    acceptance=Acceptance(
        description="yes",
        ip="192.0.2.1",
        date=1622823879708,
        user_agent="x",
        url_web_videoid="https://example.com/v",
        url_doc_privacypolicy="https://example.com/p",
        url_doc_termsconditions="https://example.com/t",
    ),
    document_front=b"front",
    document_rear=b"rear",
    document_photo=b"photo",
    document_owner=b"owner",
    ocr_data=OcrData(
        given_name="Łukasz",
        surname_1="Gómez",
        serial_number="0000000T",
        id_document_type="IDC",
    ),
    security_checks=SecurityChecks(otp_validation=True),
    similarity_level=90,
)


@attrs.define
class World:
    """A client with flows in every state; `to` is a folder that may come to be."""

    client: OneShotClient
    simulator: Simulator
    path: Path
    to: Path
    signers: object
    signing: Signing = None
    identification: Identification = None
    code: str = ""
    states: list = attrs.field(factory=list)

    async def keep(self, state):
        self.states.append(state)

    async def created(self):
        created = await self.client.requests.create(next(self.signers), useasync=True)
        self.signing = await self.client.resume({"request_pk": created.pk})

    async def begun(self):
        self.states.clear()
        self.signing = await self.client.begin(
            next(self.signers), documents=[self.path, self.path], on_state=self.keep
        )

    async def coded(self):
        await self.begun()
        await self.signing.send_otp()
        self.code = self.simulator.sms[-1].code

    async def signed(self):
        await self.coded()
        await self.signing.sign(self.code)

    async def identified(self):
        self.identification = await self.client.identify(
            mobile_phone_number="+34600000077", email="someone@example.com"
        )

    async def filmed(self):
        await self.identified()
        await self.identification.upload_evidences(EVIDENCES)
        await self.identification.upload_video(self.path)

    async def reviewable(self):
        await self.filmed()
        await self.identification.reviewable()

    async def approved(self):
        await self.reviewable()
        await self.identification.approve(rao_id=RAO)


W = World
STEPS = {
    "approved": (W.created, lambda w: w.signing.approved()),
    "upload": (W.begun, lambda w: w.signing.upload(w.path, w.path)),
    "contract": (W.begun, lambda w: w.signing.contract(to=w.to / "contract.pdf")),
    "send_otp": (W.begun, lambda w: w.signing.send_otp(), OtpTooSoonError),
    "download": (W.signed, lambda w: w.signing.download()),
    "save": (W.signed, lambda w: w.signing.download(to=w.to)),
    "delete_documents": (W.begun, lambda w: w.signing.delete_documents()),
    "resume": (W.begun, lambda w: w.client.resume(w.signing.state)),
    "find": (W.begun, lambda w: w.client.resume(w.states[0])),
    "identify": (
        W.begun,
        lambda w: w.client.identify(
            mobile_phone_number="+34600000077", email="someone@example.com"
        ),
    ),
    "resume_identification": (
        W.identified,
        lambda w: w.client.resume_identification(w.identification.state),
    ),
    "upload_evidences": (
        W.identified,
        lambda w: w.identification.upload_evidences(EVIDENCES),
    ),
    "upload_video": (W.identified, lambda w: w.identification.upload_video(w.path)),
    "reviewable": (W.filmed, lambda w: w.identification.reviewable()),
    "approve": (W.reviewable, lambda w: w.identification.approve(rao_id=RAO)),
    "refuse": (
        W.reviewable,
        lambda w: w.identification.refuse(reason="unlike", rao_id=RAO),
        InvalidStatusError,
    ),
    "signing": (W.approved, lambda w: w.identification.signing(w.path)),
}
"""What each step needs, and the error that says that it was done before, if one does.

To resume an identification waits for nothing, and so is never cancelled inside.
"""


@pytest.fixture
def world(client, simulator, tmp_path, pdf, person):
    simulator.timings.review = 0.01
    simulator.videoid.external = True
    path = tmp_path / "contract.pdf"
    path.write_bytes(pdf)
    signers = map(person, itertools.count())
    return World(client, simulator, path, tmp_path / "out", signers)


@pytest.mark.parametrize("name", STEPS)
async def test_cancelled_step_leaves_nothing_and_can_be_repeated(
    world, walk, nothing_left_of, name
):
    """Wherever it is cancelled it says so, holds nothing, and works the next time."""
    reach, step, *allowed = STEPS[name]

    async def prepare():
        await reach(world)
        return lambda: step(world)

    async def check(again):
        await nothing_left_of()
        with suppress(*allowed):
            await again()
        await nothing_left_of()

    await walk(prepare, check)


async def test_cancelled_beginning_can_be_taken_up(world, walk, nothing_left_of):
    """From the kept state the flow goes on, unless its create was not sent yet."""
    outcomes = set()

    async def check(_):
        await nothing_left_of()
        known = len(world.simulator.requests)
        try:
            signing = await world.client.resume(world.states[-1])
            await signing.approved()
            await signing.upload(world.path)
        except (AmbiguousOutcomeError, IndexError) as error:
            outcomes.add(type(error))
            assert known == len(world.simulator.requests)
        else:
            outcomes.add("signing")
            stored = world.simulator.requests[signing.request_pk].documents
            assert [each["uid"] for each in signing.state["documents"]] == list(stored)
        await nothing_left_of()

    async def prepare():
        world.states.clear()
        return world.begun

    assert await walk(prepare, check) > 10
    assert outcomes == {"signing", IndexError, AmbiguousOutcomeError}


async def test_cancelled_signature_can_be_fetched_or_made(world, walk, nothing_left_of):
    """It was made, and is there to be fetched, or it can still be made: never twice."""

    async def prepare():
        await world.coded()
        return lambda: world.signing.sign(world.code, to=world.to)

    async def check(again):
        await nothing_left_of()
        try:
            signed = await again()
        except InvalidStatusError:
            signed = await world.signing.download(to=world.to)
        assert [each.path.read_bytes()[:5] for each in signed] == [b"%PDF-"] * 2
        assert world.simulator.requests[world.signing.request_pk].otp_sent == 1
        await nothing_left_of()

    assert await walk(prepare, check) > 5
