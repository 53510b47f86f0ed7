"""How big and how random the chaos is, and how to see that nothing is left of it."""

import asyncio
import gc
import os
from collections import Counter
from pathlib import Path

import attrs
import pytest

from oneshot_async import (
    Billing,
    Inbox,
    OneShotClient,
    Polling,
    RaoToken,
    Retries,
    Signer,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator, Timings
from oneshot_async.simulator.paper import sample_pdf

QUICK = Polling(first=0.02, longest=0.05, deadline=5.0, settle=0.5)
SECRET = "a-secret-of-the-receiver"
DESCRIPTORS = Path("/proc/self/fd")
FIGURES = pytest.StashKey()


def pytest_terminal_summary(terminalreporter, config):
    """Tell what came of the chaos, which passing alone does not."""
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"chaos: {line}")


@pytest.fixture(scope="session")
def figure(pytestconfig):
    """A function that has a figure told at the end of the run."""
    lines = pytestconfig.stash.setdefault(FIGURES, [])

    def tell(name, value):
        shown = dict(value) if isinstance(value, Counter) else value
        lines.append(f"{name}: {shown}")

    return tell


@pytest.fixture(scope="session")
def seed():
    """Where all that is drawn begins; CHAOS_SEED repeats a run or begins another."""
    return int(os.environ.get("CHAOS_SEED", "1"))


@pytest.fixture(scope="session")
def pdf():
    return sample_pdf()


@pytest.fixture(scope="session")
def person():
    """A function that makes signers no two of whom can be taken for each other."""

    def make(number=0):
        return Signer(
            given_name=f"Łukasz {number}",
            surname_1="Gómez",
            id_document_country="ES",
            serial_number=f"{number:08}T",
            email=f"someone.{number}@example.com",
            mobile_phone_number=f"+3460{number:08}",
        )

    return make


@pytest.fixture
async def simulator():
    timings = Timings(approval=0.01, issue=0.01, file_skew=0.01)
    async with Simulator(timings=timings) as running:
        yield running


@pytest.fixture
async def inbox():
    async with Inbox() as opened:
        yield opened


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@pytest.fixture(scope="session")
def client_of():
    """A function that makes a client of a simulator, not opened yet."""

    def make(simulator, **options):
        return OneShotClient(
            simulator.url,
            rao=RaoToken(simulator.token),
            billing=Billing(
                username=simulator.billing_username,
                password=simulator.billing_password,
            ),
            env="sandbox",
            profile="PFnubeQAFCiudadano",
            registration_authority="3",
            **{"polling": QUICK, "retries": Retries(first_delay=0)} | options,
        )

    return make


@pytest.fixture
async def client(client_of, simulator, inbox, receiver):
    async with client_of(simulator, inbox=inbox, callbacks=receiver.urls) as opened:
        yield opened


@attrs.frozen
class Holdings:
    """What a process holds at a moment: tasks, futures and open descriptors."""

    tasks: int
    futures: int
    descriptors: Counter = attrs.field(factory=Counter)

    @classmethod
    def now(cls):
        gc.collect()
        held = gc.get_objects()
        return cls(
            tasks=len(asyncio.all_tasks()),
            futures=sum(type(each) is asyncio.Future for each in held),
            descriptors=_descriptors(),
        )


def _descriptors():
    """Count the open descriptors by what they lead to, where the system tells."""
    if not DESCRIPTORS.exists():
        return Counter()
    return Counter(filter(None, map(_target, DESCRIPTORS.iterdir())))


def _target(descriptor):
    try:
        return descriptor.readlink().as_posix().partition(":[")[0]
    except FileNotFoundError:  # the one that lists them
        return None


@pytest.fixture(scope="session")
def holdings():
    """A function that tells what is held, when what has ended is gone."""

    async def look():
        await asyncio.sleep(0)
        return Holdings.now()

    return look
