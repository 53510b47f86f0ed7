"""The pytest plugin, in runs of pytest with each of the plugins that run coroutines."""

import os
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

GUARD = 50
SIGNS = """
from oneshot_async.testing import SIGNER, sample_pdf

MARK
async def test_signs(oneshot_client, oneshot_simulator, oneshot_inbox):
    signing = await oneshot_client.begin(SIGNER, [sample_pdf()])
    await signing.send_otp()
    (document,) = await signing.sign(oneshot_simulator.sms[-1].code)

    assert document.content.startswith(b"%PDF")
    assert (await oneshot_inbox.wait(signing.request_pk)).status == "ISSUED"
"""
ON_ASYNCIO = """
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
STRICT = ("-o", "asyncio_mode=strict")
AUTO = ("-o", "asyncio_mode=auto")
NO_ASYNCIO = ("-p", "no:asyncio", "-p", "no:aiohttp")

pytestmark = pytest.mark.skipif(
    not entry_points(group="pytest11", name="oneshot_async") and "CI" not in os.environ,
    reason="the package was installed before it had a plugin: install it anew",
)


@pytest.fixture
def run(tmp_path):
    """A function that runs pytest on files, and returns how it ended and its words."""

    def run(*options, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)
        command = [sys.executable, "-W", "error", "-m", "pytest"]
        scope = ("-o", "asyncio_default_fixture_loop_scope=function")
        ended = subprocess.run(
            [*command, "-p", "no:cacheprovider", *scope, *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=GUARD,
        )
        return ended.returncode, ended.stdout + ended.stderr

    return run


def signs(mark=""):
    return "import pytest\n" + SIGNS.replace("MARK", mark)


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        (("-p", "no:aiohttp", "-p", "no:anyio", *AUTO), ""),
        (("-p", "no:aiohttp", "-p", "no:anyio", *STRICT), "@pytest.mark.asyncio"),
        (STRICT, '@pytest.mark.asyncio(loop_scope="module")'),
        ((*AUTO, "-o", "asyncio_default_test_loop_scope=session"), ""),
        (STRICT, "@pytest.mark.anyio"),
        (NO_ASYNCIO, "@pytest.mark.anyio"),
        ((*NO_ASYNCIO, "-o", "anyio_mode=auto"), ""),
    ],
    ids=["auto", "strict", "loop", "session", "both", "anyio", "anyio-auto"],
)
def test_a_flow_runs_under_each_plugin(run, options, mark):
    """Client, simulator and receiver live in the event loop of the test."""
    code, words = run(*options, conftest=ON_ASYNCIO, test_signs=signs(mark))

    assert (code, "1 passed" in words) == (0, True), words


SERVICE = """
from aiohttp import web

from oneshot_async.testing import SIGNER, sample_pdf


def make_service(oneshot):
    async def start(request):
        signing = await oneshot.begin(SIGNER, [await request.read()])
        await signing.send_otp()
        return web.json_response(signing.state)

    service = web.Application()
    service.router.add_post("/", start)
    return service


async def test_service(aiohttp_client, oneshot_client, oneshot_simulator):
    browser = await aiohttp_client(make_service(oneshot_client))
    answer = await browser.post("/", data=sample_pdf())

    signing = await oneshot_client.resume(await answer.json())
    assert await signing.sign(oneshot_simulator.sms[-1].code)
"""


def test_a_service_runs_beside_it_under_pytest_aiohttp(run):
    """A service that pytest-aiohttp serves uses the client and is asked by the test."""
    code, words = run(*AUTO, test_service=SERVICE)

    assert (code, "1 passed" in words) == (0, True), words


SWITCHES = """
import pytest
from oneshot_async.errors import OtpTooSoonError
from oneshot_async.testing import SIGNER, sample_pdf


async def test_callbacks_may_be_lost(oneshot_client, oneshot_simulator, oneshot_inbox):
    oneshot_simulator.faults.lost = 1
    await oneshot_client.begin(SIGNER, [sample_pdf()])
    assert oneshot_inbox.statistics().delivered == 0


async def test_nobody_sleeps_a_minute(oneshot_client, oneshot_simulator):
    signing = await oneshot_client.begin(SIGNER, [sample_pdf()])
    await signing.send_otp()
    with pytest.raises(OtpTooSoonError):
        await signing.send_otp()
    oneshot_simulator.clock.advance(61)
    await signing.send_otp()
    assert len(oneshot_simulator.sms) == 2


async def test_the_next_test_starts_anew(oneshot_simulator):
    assert oneshot_simulator.faults.lost == 0
    assert not oneshot_simulator.sms
"""


def test_faults_and_clock_are_switched_for_one_test(run):
    """A test switches faults and advances the clock; the next one starts anew."""
    code, words = run(*AUTO, test_switches=SWITCHES)

    assert (code, "3 passed" in words) == (0, True), words


OWN_INBOX = """
import pytest
from oneshot_async import Inbox

@pytest.fixture
async def oneshot_inbox(tmp_path):
    async with Inbox(f"sqlite:///{tmp_path}/own.db") as inbox:
        yield inbox
"""


def test_a_fixture_of_ones_own_takes_its_place(run):
    """With an inbox of one's own, receiver and client work with that one."""
    code, words = run(*AUTO, conftest=OWN_INBOX, test_signs=signs())

    assert (code, "1 passed" in words) == (0, True), words


@pytest.mark.parametrize(
    ("options", "mark", "kind"),
    [
        (STRICT, "@pytest.mark.asyncio", "def"),
        (STRICT, "", "async def"),
        (NO_ASYNCIO, "", "async def"),
    ],
    ids=["no coroutine", "no marker", "no plugin"],
)
def test_a_test_that_no_loop_runs_is_told_what_to_do(run, options, mark, kind):
    """Where nothing would serve, the test ends with words instead of hanging."""
    test = f"import pytest\n{mark}\n{kind} test_it(oneshot_simulator): pass"
    code, words = run(*options, test_it=test)

    assert code == 1
    assert "oneshot_simulator is for asynchronous tests" in words


def test_another_backend_than_asyncio_is_refused(run):
    """A test that trio would run is told what to do."""
    code, words = run(
        *NO_ASYNCIO,
        conftest=ON_ASYNCIO.replace('"asyncio"', '("trio", {})'),
        test_signs=signs("@pytest.mark.anyio"),
    )

    assert code == 1
    assert "aiohttp runs on asyncio, not on trio" in words


LOADED = """
import sys

def test_loaded():
    assert "_oneshot_async_pytest" in sys.modules
    ours = ("oneshot_async", "aiohttp")
    assert [name for name in sys.modules if name.startswith(ours)] == []
"""


def test_it_costs_nothing_until_it_is_used(run):
    """A run that uses no fixture of it loads neither the package nor aiohttp."""
    code, words = run(*NO_ASYNCIO, test_loaded=LOADED)

    assert (code, "1 passed" in words) == (0, True), words
