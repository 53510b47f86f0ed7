"""Processes killed in the middle of a flow: another goes on, and pays nothing twice."""

import asyncio
import json
import os
import random
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import attrs
import pytest

from oneshot_async import Inbox, Polling
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    InvalidStatusError,
    OtpTooSoonError,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator, Timings

DEATHS = int(os.environ.get("CHAOS_DEATHS", "20"))
AT_ONCE = 2
FLOW = Path(__file__).with_name("dying_flow.py")
SECRET = "a-secret-of-the-receiver"
CALLS = 12
START = 1.0
POLLING = Polling(first=0.05, longest=0.2, settle=0.5)

pytestmark = pytest.mark.timeout(60 + DEATHS * 5)


@attrs.frozen
class Death:
    """One process, which is killed so long after a call of its, or after its start."""

    simulator: Simulator
    receiver: Receiver
    signer: object
    folder: Path
    call: int | None
    moment: float

    async def run(self):
        """Let the process sign, and kill it when its moment has come."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(FLOW), self._told(), stdin=asyncio.subprocess.PIPE
        )
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._tell_code(process))
            killing = group.create_task(self._kill(process))
            status = await process.wait()
            reading.cancel()
            killing.cancel()
        process.stdin.close()
        return status

    def _told(self):
        simulator = self.simulator
        billing = {
            "username": simulator.billing_username,
            "password": simulator.billing_password,
        }
        signer = attrs.asdict(self.signer, filter=lambda _, value: value is not None)
        return json.dumps(
            {
                "url": simulator.url,
                "token": simulator.token,
                "billing": billing,
                "public_url": self.receiver.url,
                "secret": SECRET,
                "signer": signer,
                "folder": str(self.folder),
            }
        )

    async def _tell_code(self, process):
        sms = await self.simulator.next_sms(self.signer.mobile_phone_number)
        process.stdin.write(f"{sms.code}\n".encode())

    async def _kill(self, process):
        if self.call is not None:
            await self.simulator.calls.wait(lambda _: True, skip=self.call)
        await asyncio.sleep(self.moment)
        process.kill()


class Heir:
    """Goes on from what the process has kept, as its owner would."""

    def __init__(self, client, death):
        self._client = client
        self._death = death
        self._phone = death.signer.mobile_phone_number

    async def take_over(self):
        """Return how that ended: in a word, and the signed document if there is one."""
        kept = self._death.folder / "state.json"
        if not kept.exists():
            return "nothing begun", None
        try:
            signing = await self._client.resume(json.loads(kept.read_text()))
        except AmbiguousOutcomeError:
            return "never created", None
        if not signing.state["documents"]:
            await signing.approved()
            await signing.upload(self._death.folder / "contract.pdf")
            return "uploaded anew", await self._signed(signing)
        return "gone on with", await self._signed(signing)

    async def _signed(self, signing):
        try:
            ((signed),) = await signing.sign(await self._code(signing))
        except InvalidStatusError:  # the other has signed with this code
            ((signed),) = await signing.download()
        return signed.content

    async def _code(self, signing):
        """Ask for a code only if the person has got none."""
        simulator = self._death.simulator
        if not any(sms.phone == self._phone for sms in simulator.sms):
            with suppress(OtpTooSoonError):  # the other's arrived meanwhile
                await signing.send_otp()
        return (await simulator.next_sms(self._phone)).code


@pytest.fixture
def die(person, pdf, client_of, tmp_path):
    """A function that has one process die and another take over."""

    async def one(number, drawn):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "contract.pdf").write_bytes(pdf)
        timings = Timings(approval=0.05, issue=0.05, file_skew=0.05)
        async with (
            Simulator(timings=timings) as simulator,
            Inbox() as inbox,
            Receiver(inbox, secrets=[SECRET]) as receiver,
            client_of(
                simulator, inbox=inbox, callbacks=receiver.urls, polling=POLLING
            ) as client,
        ):
            death = Death(simulator, receiver, person(number), folder, *drawn)
            status = await death.run()
            how, signed = await Heir(client, death).take_over()
            await asyncio.sleep(0)
            check(simulator, signed, pdf)
            return how if status else f"finished, {how}"

    return one


def check(simulator, signed, pdf):
    """See that there is what was paid for, and that it was paid for once."""
    calls = Counter(path for _, path in simulator.calls)
    assert calls["/create"] <= 1
    if signed is None:
        assert not simulator.requests
        return
    (record,) = simulator.requests.values()
    (document,) = record.documents.values()
    assert signed == document.signed
    assert signed.startswith(pdf)
    assert record.otp_sent == 1


def draw(drawing):
    """Draw when to kill; sometimes before the first call, at which it takes a while."""
    call = drawing.choice([None, None, *range(CALLS)])
    return call, drawing.uniform(0, START if call is None else START / 20)


async def test_killed_processes_are_taken_over(die, seed, figure):
    """Whenever it is killed, its flow ends signed or was never created, and once."""
    drawing = random.Random(seed)  # noqa: S311  # a moment is no secret
    draws = [draw(drawing) for _ in range(DEATHS)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number, drawn):
        async with gate:
            return await die(number, drawn)

    async with asyncio.TaskGroup() as group:
        deaths = [group.create_task(one(n, drawn)) for n, drawn in enumerate(draws)]
    ends = Counter(death.result() for death in deaths)
    figure("killed processes", ends)

    assert sum(count for how, count in ends.items() if "finished" not in how) > 0
