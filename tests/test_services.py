"""The examples that are services and workers, run as they stand there."""

import asyncio
import importlib.util
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import attrs
import pytest

from oneshot_async import Inbox
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.testing import SIGNER, client_for, quick_simulator
from oneshot_async.verification import verify_pdf

EXAMPLES = Path(__file__).parent.parent / "examples"
GUARD = 30
PERSON = {
    "given_name": SIGNER.given_name,
    "surname_1": SIGNER.surname_1,
    "id_document_country": SIGNER.id_document_country,
    "serial_number": SIGNER.serial_number,
    "email": SIGNER.email,
    "mobile_phone_number": SIGNER.mobile_phone_number,
}
SAMPLE = sample_pdf()


@pytest.fixture
async def simulator():
    async with Simulator() as running:
        yield running


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
def serving(simulator, port, tmp_path):
    """A function that runs an example service, and gives a session that asks it."""

    @asynccontextmanager
    async def run(name, **more):
        url = f"http://127.0.0.1:{port}"
        settings = {
            "PYTHONUNBUFFERED": "1",
            "OPTIMIZER_URL": simulator.url,
            "ONESHOT_TOKEN": simulator.token,
            "ONESHOT_BILLING_USERNAME": simulator.billing_username,
            "ONESHOT_BILLING_PASSWORD": simulator.billing_password,
            "CALLBACK_SECRET": "sixteen characters or more",
            "PUBLIC_URL": url,
            "PORT": str(port),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", EXAMPLES / f"{name}.py"),
            cwd=tmp_path,
            env={**os.environ, **settings, **more},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(GUARD), aiohttp.ClientSession(url) as session:
                await running(process)
                yield Service(session, process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    return run


async def running(process):
    told = b""
    while b"unning on" not in told:
        line = await process.stdout.readline()
        assert line, told.decode()
        told += line


@attrs.frozen
class Service:
    """An example service, and what a browser does with it."""

    session: aiohttp.ClientSession
    process: asyncio.subprocess.Process

    async def start(self, document=SAMPLE, **person):
        form = aiohttp.FormData(person)
        form.add_field("document", document, filename="contract.pdf")
        async with self.session.post("/signings", data=form) as answer:
            return answer.status, await answer.json()

    async def contract(self, name):
        async with self.session.get(f"/signings/{name}/contract") as answer:
            return answer.status, await answer.read()

    async def enter(self, name, code):
        where = f"/signings/{name}/code"
        async with self.session.post(where, data={"code": code}) as answer:
            return answer.status, await answer.read()

    async def die(self):
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


@pytest.mark.parametrize("name", ["service", "fastapi_service"])
async def test_the_example_service_signs_in_its_handlers(serving, simulator, name):
    """A document is posted, a wrong code refused, and the right one signs it."""
    async with serving(name) as service:
        status, begun = await service.start(**PERSON)
        assert status == 201
        signing = begun["signing"]
        assert (await service.enter(signing, "000"))[0] == 422
        status, contract = await service.contract(signing)
        assert (status, contract[:4]) == (200, b"%PDF")
        code = (await simulator.next_sms(SIGNER.mobile_phone_number)).code
        status, content = await service.enter(signing, code)

    trust = [simulator.authority.root_pem]
    assert (await verify_pdf(content, trust=trust)).valid
    assert status == 200
    assert {record.outcome for record in simulator.callbacks} == {204}


@pytest.mark.parametrize("name", ["service", "fastapi_service"])
async def test_the_example_service_refuses_what_makes_no_sense(serving, name):
    """Who asks for the impossible is told so, and nothing of it is a failure."""
    async with serving(name) as service:
        assert (await service.start(b"no PDF", **PERSON))[0] == 422
        status, told = await service.start()
        assert status == 422
        assert "given_name" in str(told)
        assert (await service.contract("nobody"))[0] == 404


@pytest.mark.parametrize("name", ["service", "fastapi_service"])
async def test_the_example_service_says_which_settings_are_missing(name, tmp_path):
    """Run without its environment it names what it needs, and shows no traceback."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", EXAMPLES / f"{name}.py"),
        cwd=tmp_path,
        env={**os.environ, "ONESHOT_TOKEN": "given"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(GUARD):
        printed, _ = await process.communicate()

    assert process.returncode == 1
    assert printed.startswith(b"OPTIMIZER_URL, ONESHOT_BILLING_USERNAME, ")
    assert printed.count(b"\n") == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/service.db"
    return request.getfixturevalue("postgres_url")


async def test_the_example_service_goes_on_after_its_death(
    serving, simulator, database
):
    """Killed between the two steps, it takes the second one when it runs again."""
    async with serving("service", DATABASE=database) as service:
        _, begun = await service.start(**PERSON)
        await service.die()
    async with serving("service", DATABASE=database) as service:
        code = (await simulator.next_sms(SIGNER.mobile_phone_number)).code
        status, content = await service.enter(begun["signing"], code)

    assert (status, content[:4]) == (200, b"%PDF")
    assert len(simulator.requests) == 1


async def until(holds):
    """Let the simulator, which takes its time, get to where something holds."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)


async def test_a_lost_answer_is_asked_for_again(serving, simulator):
    """Killed while it signs, it hands out what is signed by then."""
    simulator.timings.issue = 3600
    async with serving("service") as service:
        _, begun = await service.start(**PERSON)
        code = (await simulator.next_sms(SIGNER.mobile_phone_number)).code
        answer = asyncio.create_task(service.enter(begun["signing"], code))
        (record,) = simulator.requests.values()
        await until(lambda: record.signing)
        await service.die()
        with pytest.raises(aiohttp.ClientError):
            await answer

    def is_issued():
        simulator.clock.advance(3600)
        return record.status == "ISSUED"

    await until(is_issued)
    async with serving("service") as service:
        status, content = await service.enter(begun["signing"], code)

    assert (status, content[:4]) == (200, b"%PDF")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "contracts"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number}.pdf").write_bytes(SAMPLE)
    return folder


@pytest.fixture
def sign_a_folder(tmp_path):
    """A function that runs the folder example, and returns its code and words."""

    async def run(*arguments):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", EXAMPLES / "sign_a_folder.py"),
            *arguments,
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(GUARD):
            printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    return run


async def test_the_folder_example_signs_what_it_can(folder, tmp_path, sign_a_folder):
    """What is a PDF is signed, what is none is named, and nothing else is left."""
    (folder / "none.pdf").write_bytes(b"no PDF")

    code, printed = await sign_a_folder(folder)

    assert code == 1, printed
    assert "none.pdf: " in printed
    assert "8/8" in printed
    signed = sorted((tmp_path / "signed").iterdir())
    assert [path.name for path in signed] == [f"{n}-signed.pdf" for n in range(7)]
    assert {path.suffix for path in folder.iterdir()} == {".pdf"}


async def test_the_folder_example_signs_what_is_mended(folder, sign_a_folder):
    """A second run, with a simulator of its own, signs what the first one could not."""
    (folder / "0.pdf").write_bytes(b"no PDF")
    assert (await sign_a_folder(folder))[0] == 1
    (folder / "0.pdf").write_bytes(SAMPLE)

    code, printed = await sign_a_folder(folder)

    assert code == 0, printed
    assert "1/1" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "are required: folder"), (("nowhere",), "nowhere is no folder")],
    ids=["none", "missing"],
)
async def test_the_folder_example_says_what_it_wants(arguments, said, sign_a_folder):
    """Without a folder it shows how it is used, and no traceback."""
    code, printed = await sign_a_folder(*arguments)

    assert code == 2
    assert said in printed
    assert printed.startswith("usage: ")


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """The folder example as a module."""
    monkeypatch.chdir(tmp_path)
    path = EXAMPLES / "sign_a_folder.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def under_way(tmp_path):
    folder = tmp_path / "under-way"
    folder.mkdir()
    return folder


@pytest.fixture
async def working():
    """A simulator, and a client that may sign on it without a code."""
    async with (
        quick_simulator() as simulator,
        Inbox() as inbox,
        Receiver(inbox, secrets=["sixteen characters or more"]) as receiver,
        client_for(simulator, inbox=inbox, callbacks=receiver.urls) as oneshot,
    ):
        simulator.features.external_authentication = True
        yield simulator, oneshot


async def test_the_folder_example_goes_on_where_it_was_cut_short(
    folder, under_way, worker, working, tmp_path, monkeypatch
):
    """However often a run is cut short, each document is paid for and signed once."""
    monkeypatch.setattr(worker, "AT_A_TIME", 1)
    simulator, oneshot = working
    for cut in range(9):
        run = asyncio.create_task(worker.sign_all(oneshot, folder, under_way))
        await simulator.calls.wait(lambda _: True, skip=len(simulator.calls) + cut)
        run.cancel()
        await asyncio.wait([run])
    assert await worker.sign_all(oneshot, folder, under_way) == 0

    assert len(simulator.requests) == 7
    assert len(list((tmp_path / "signed").iterdir())) == 7
    assert not list(under_way.iterdir())


@pytest.mark.parametrize("bad", [b"no PDF", b"%PDF-1.7"], ids=["none", "broken"])
async def test_the_folder_example_pays_once_for_what_is_mended(
    folder, under_way, worker, working, bad
):
    """A document that is refused and then mended is signed with the same request."""
    simulator, oneshot = working
    (folder / "0.pdf").write_bytes(bad)
    assert await worker.sign_all(oneshot, folder, under_way) == 1
    (folder / "0.pdf").write_bytes(SAMPLE)

    assert await worker.sign_all(oneshot, folder, under_way) == 0
    assert len(simulator.requests) == 7


async def test_the_folder_example_begins_anew_what_was_cancelled(
    folder, under_way, worker, working
):
    """A request that will never be signed is told of once, and then replaced."""
    simulator, oneshot = working
    (folder / "0.pdf").write_bytes(b"%PDF-1.4 and no more")
    assert await worker.sign_all(oneshot, folder, under_way) == 1
    (folder / "0.pdf").write_bytes(SAMPLE)
    (refused,) = [pk for pk, r in simulator.requests.items() if r.status != "ISSUED"]
    await oneshot.requests.cancel(refused)

    assert await worker.sign_all(oneshot, folder, under_way) == 1
    assert await worker.sign_all(oneshot, folder, under_way) == 0
    assert len(simulator.requests) == 8
    assert [path.name for path in under_way.iterdir()] == ["0.lost"]
