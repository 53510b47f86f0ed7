"""How big and how random the chaos is, and how to see that nothing is left of it."""

import asyncio
import gc
import itertools
import os
from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path

import aiohttp
import attrs
import pytest

import oneshot_async
from oneshot_async import (
    Billing,
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
PACKAGE = Path(oneshot_async.__file__).parent
SERVERS = ("simulator", "receiver")


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
    """A client that makes a connection for every call, which takes waiting too."""
    hears = {"inbox": inbox, "callbacks": receiver.urls}
    connector = aiohttp.TCPConnector(force_close=True)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        client_of(simulator, session=session, **hears) as opened,
    ):
        yield opened


@attrs.frozen
class Holdings:
    """What a process holds at a moment: tasks, pending futures, open descriptors."""

    tasks: int
    futures: int
    descriptors: Counter = attrs.field(factory=Counter)

    @classmethod
    def now(cls):
        gc.collect()
        held = gc.get_objects()
        return cls(
            tasks=len(asyncio.all_tasks()),
            futures=sum(
                type(each) is asyncio.Future and not each.done() for each in held
            ),
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


@attrs.define
class Cut:
    """Runs some work in a task of its own, and cancels it where it waits.

    The task is told to end just before it suspends for the `moment`-th time, so that
    the cancellation meets exactly what it then waits for, be that ready or not.
    """

    work: object
    moment: int
    suspensions: int = 0

    @property
    def struck(self):
        return self.suspensions >= self.moment

    async def ended(self):
        """Return the task when it has ended."""
        task = asyncio.create_task(self._run())
        await asyncio.wait([task], timeout=10)
        assert task.done(), f"hangs after cancellation {self.moment}"
        return task

    async def _run(self):
        return await self

    def __await__(self):
        steps = self.work.__await__()
        go_on = partial(next, steps)
        with suppress(StopIteration):
            while True:
                awaited = go_on()
                self.suspensions += 1
                if self.suspensions == self.moment:
                    asyncio.current_task().cancel()
                try:
                    yield awaited
                except BaseException as told:  # noqa: BLE001  # the work is told of it
                    go_on = partial(steps.throw, told)
                else:
                    go_on = partial(next, steps)


@pytest.fixture
def walk():
    """A function that cancels work at every place where it waits, one after another.

    It is given what makes the work, with whatever that needs, and what is to hold
    after each cancellation; it returns how many there were.
    """

    async def walk(prepare, check):
        for moment in itertools.count(1):
            work = await prepare()
            cut = Cut(work(), moment)
            task = await cut.ended()
            if not cut.struck:
                task.result()
                return moment - 1
            assert task.cancelled(), f"{moment}: {task.exception()!r}"
            await check(work)
        raise AssertionError("it waits without end")

    return walk


@pytest.fixture
def nothing_left_of(client, inbox, tmp_path):
    """A function that sees that a call of the client has left nothing behind."""

    async def look():
        calls = client._calls
        assert _tasks_of_the_client() == []
        assert calls._turns._value == calls._transport.connections
        assert not calls._transport._session.connector._acquired
        assert (inbox.statistics().waiting, client._means.looks._by_pk) == (0, {})
        assert client._means.looks.turns._timer is None
        assert not [path for path in _descriptors() if path.startswith(str(tmp_path))]
        assert not list(tmp_path.rglob("*.part"))

    return look


def _tasks_of_the_client():
    """Return the tasks that the client's own code has started, or a file's thread."""
    return [task for task in asyncio.all_tasks() if _is_the_clients(task)]


def _is_the_clients(task):
    code = task.get_coro().cr_code
    path = Path(code.co_filename)
    if code.co_name == "to_thread":
        return True
    inside = path.is_relative_to(PACKAGE)
    return inside and path.relative_to(PACKAGE).parts[0] not in SERVERS
