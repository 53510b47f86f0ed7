"""Many flows at once under every fault: each ends signed, or by the right error."""

import asyncio
import json
import os
import random
import re
from collections import Counter
from time import monotonic

import attrs
import pytest
from asn1crypto.cms import ContentInfo

from oneshot_async import Inbox, Polling, Retries
from oneshot_async.errors import (
    AlreadyIssuedError,
    AmbiguousOutcomeError,
    ConnectionLostError,
    ServerError,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Faults, Simulator, Timings
from oneshot_async.verification import verify_pdf

FLOWS = int(os.environ.get("CHAOS_FLOWS", "100"))
FAULTS = {
    "lost": 0.3,
    "doubled": 0.3,
    "reordered": 1,
    "late": 0.05,
    "forged": 0.05,
    "answer_lost": 0.05,
    "unavailable": 0.05,
}
# Every third wait hears nothing and has to look for itself: with the looks of the
# default, 20 a second over all flows, they would do little else but queue for them.
POLLING = Polling(longest=2, deadline=120, settle=4, per_second=100)
RETRIES = Retries(attempts=6, first_delay=0.05)
FAILED_FOR_NOW = (AmbiguousOutcomeError, ConnectionLostError, ServerError)
GUARD = 40 + FLOWS / 3
VERIFIED = 10
CONTENTS = re.compile(rb"/Contents <([0-9a-fA-F]+)>")

pytestmark = pytest.mark.timeout(GUARD + 20)


@attrs.define
class Flow:
    """One person's signing, driven by a caller who does what the errors advise."""

    client: object
    simulator: Simulator
    signer: object
    document: bytes
    state: dict = attrs.field(factory=dict)
    codes_asked_for: int = 0
    told: list = attrs.field(factory=list)
    signed: bytes | None = None

    async def run(self):
        """Sign; it stays unsigned if nobody can tell what became of its create."""
        try:
            signing = await self._begun()
        except AmbiguousOutcomeError as error:
            self._note("lost sight of", error)
        else:
            await self._sign(signing, await self._code(signing))

    async def take_up(self):
        """Go on from the kept state, in case that a callback has come by now."""
        try:
            signing = await self.client.resume(self.state, on_state=self._keep)
        except AmbiguousOutcomeError as error:
            self._note("unknown", error)
            return
        await self._uploaded(signing)
        await self._sign(signing, await self._code(signing))

    async def _begun(self):
        try:
            return await self.client.begin(
                self.signer, documents=[self.document], on_state=self._keep
            )
        except FAILED_FOR_NOW as error:
            self._note("begin", error)
        if self.state["request_pk"] is None:
            raise AmbiguousOutcomeError("the create")
        signing = await self.client.resume(self.state, on_state=self._keep)
        await self._uploaded(signing)
        return signing

    async def _uploaded(self, signing):
        await self._insisting(signing.approved)
        await self._insisting(lambda: signing.upload(self.document))

    async def _code(self, signing):
        """Return the person's code; another is asked for only if none has arrived."""
        while True:
            self.codes_asked_for += 1
            try:
                await signing.send_otp()
            except AmbiguousOutcomeError as error:
                self._note("otp", error)
            if codes := self._codes():
                return codes[-1]

    def _codes(self):
        phone = self.signer.mobile_phone_number
        return [sms.code for sms in self.simulator.sms if sms.phone == phone]

    async def _sign(self, signing, code):
        async def sign():
            try:
                return await signing.sign(code)
            except AlreadyIssuedError as error:
                self._note("sign", error)
                return await signing.download()

        ((signed),) = await self._insisting(sign)
        self.signed = signed.content

    async def _insisting(self, step):
        while True:
            try:
                return await step()
            except FAILED_FOR_NOW as error:
                self._note("once more", error)

    async def _keep(self, state):
        self.state = state

    def _note(self, step, error):
        self.told.append(f"{step}: {type(error).__name__}")

    @property
    def requests(self):
        """The requests that there are for this person."""
        serial = self.signer.serial_number
        found = self.simulator.requests.values()
        return [each for each in found if each.applicant.serial_number == serial]


@attrs.frozen
class Outcome:
    """What came of all flows, and what was held before and after."""

    flows: list
    simulator: Simulator
    heard_of: set
    waiting: int
    looked_at: dict
    seconds: float
    before: object
    after: object

    @property
    def signed(self):
        return [flow for flow in self.flows if flow.signed is not None]

    @property
    def unsigned(self):
        return [flow for flow in self.flows if flow.signed is None]


@pytest.fixture(scope="module")
def outcome(person, pdf, client_of, holdings, seed, figure):
    """All flows, run to their end."""

    async def run(client, simulator, inbox):
        flows = [
            Flow(client, simulator, person(number), pdf + b"%% %06d\n" % number)
            for number in range(FLOWS)
        ]
        async with asyncio.timeout(GUARD), asyncio.TaskGroup() as group:
            for flow in flows:
                group.create_task(flow.run())
        heard_of = {event.pk for event in await inbox.history()}
        async with asyncio.timeout(GUARD), asyncio.TaskGroup() as group:
            for flow in flows:
                if flow.signed is None:
                    group.create_task(flow.take_up())
        return flows, heard_of

    async def chaos():
        before, began = await holdings(), monotonic()
        async with (
            Simulator(
                faults=Faults(**FAULTS, seed=seed),
                timings=Timings(approval=0.05, issue=0.05, file_skew=0.1),
            ) as simulator,
            Inbox() as inbox,
            Receiver(inbox, secrets=["a-secret-of-the-receiver"]) as receiver,
            client_of(
                simulator,
                inbox=inbox,
                callbacks=receiver.urls,
                polling=POLLING,
                retries=RETRIES,
            ) as client,
        ):
            flows, heard_of = await run(client, simulator, inbox)
            seconds = monotonic() - began
            waiting = inbox.statistics().waiting
            looked_at = dict(client._means.looks._by_pk)
        left = {"before": before, "after": await holdings()}
        return Outcome(flows, simulator, heard_of, waiting, looked_at, seconds, **left)

    outcome = asyncio.run(chaos())
    tell_figures(outcome, figure)
    return outcome


def tell_figures(outcome, figure):
    simulator = outcome.simulator
    sent = [json.dumps([each.url, each.body]) for each in simulator.callbacks]
    calls = Counter(" ".join(call) for call in simulator.calls)
    figure("flows", f"{FLOWS} in {outcome.seconds:.0f} s")
    figure("signed", len(outcome.signed))
    figure(
        "told on the way", Counter(each for flow in outcome.flows for each in flow.told)
    )
    figure("callbacks", Counter(each.outcome for each in simulator.callbacks))
    figure("callbacks doubled", len(sent) - len(set(sent)))
    figure("calls", calls)
    figure("looks per request", calls["GET /request/{pk}"] / len(simulator.requests))


def test_every_flow_ends_signed_unless_nobody_heard_of_it(outcome):
    """Only a create that was not answered, and whose callbacks were lost, is unknown.

    A 503 to a create leaves no request; an answer that was lost leaves one, of which
    no callback may have told. The flow cannot tell these apart and does not guess.
    """
    for flow in outcome.unsigned:
        assert flow.told[-1] == "unknown: AmbiguousOutcomeError"
        assert flow.state["request_pk"] is None
        assert outcome.heard_of.isdisjoint(each.pk for each in flow.requests)
    assert len(outcome.unsigned) < FLOWS * 0.15 + 5


def test_no_request_is_created_twice(outcome):
    """However its create ended, a person has one request at most."""
    numbers = Counter(len(flow.requests) for flow in outcome.flows)

    assert max(numbers) == 1
    assert len(outcome.simulator.requests) == numbers[1]


def test_no_code_is_sent_without_being_asked_for(outcome):
    """A person gets one code, and another was asked for only where none had come."""
    for flow in outcome.signed:
        (record,) = flow.requests
        assert record.otp_sent == 1
        assert flow.codes_asked_for >= 1
    for flow in outcome.unsigned:
        assert [each.otp_sent for each in flow.requests] in ([], [0])


def signer_of(pdf):
    """Return the serial number in the certificate that a PDF was signed with."""
    (contents,) = CONTENTS.findall(pdf)
    signed = ContentInfo.load(bytes.fromhex(contents.decode()))["content"]
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    (certificate,) = [
        each.chosen
        for each in signed["certificates"]
        if each.chosen.serial_number == serial
    ]
    return certificate.subject.native["serial_number"]


def test_everybody_gets_what_is_theirs(outcome):
    """Each result is the flow's own document, in its person's name, as it was made."""
    for flow in outcome.signed:
        ((document),) = flow.requests[0].documents.values()
        assert flow.signed.startswith(flow.document)
        assert flow.signed == document.signed
        assert signer_of(flow.signed) == f"IDCES-{flow.signer.serial_number}"


async def test_what_is_drawn_verifies(outcome, seed):
    """The signatures of some that are drawn are valid, in their persons' names."""
    trust = [outcome.simulator.authority.root_pem]
    drawn = random.Random(seed)  # noqa: S311  # a sample is no secret
    for flow in drawn.sample(outcome.signed, VERIFIED):
        (check,) = (await verify_pdf(flow.signed, trust=trust)).signatures
        assert check.valid
        assert check.signer.startswith(f"{flow.signer.given_name} Gómez")


def test_nothing_is_left(outcome):
    """No wait, look, task, future, connection or descriptor is left of it all."""
    assert (outcome.waiting, outcome.looked_at) == (0, {})
    assert outcome.after == outcome.before
