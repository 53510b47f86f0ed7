"""What README and examples show is run as it stands there."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.verification import verify_pdf

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- not run: [^\n]*-->\n)?```python\n(.*?)```", re.DOTALL)
BLOCKS = [
    code
    for skipped, code in BLOCK.findall((ROOT / "README.md").read_text())
    if not skipped
]
GUARD = 30
NEEDS_OPENSSL = pytest.param("hash_signing", marks=pytest.mark.needs("openssl"))
PYTEST_INI = """[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""
SAMPLE = sample_pdf()


async def run(*arguments: str | Path, cwd: Path, **env: str) -> str:
    """Return what a Python process prints; warnings are errors and it must succeed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        *arguments,
        cwd=cwd,
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(GUARD):
        printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    return printed.decode()


def test_the_readme_has_its_blocks() -> None:
    """The blocks are found, so that the next test runs something."""
    assert len(BLOCKS) == 6


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
async def test_every_block_of_the_readme_runs(block: str, tmp_path: Path) -> None:
    """A block works as it stands, as a script or as a test file."""
    (tmp_path / "contract.pdf").write_bytes(SAMPLE)
    script = tmp_path / "test_block.py"
    script.write_text(block)
    if "import pytest" in block:
        (tmp_path / "pytest.ini").write_text(PYTEST_INI)
        await run("-m", "pytest", script, cwd=tmp_path)
    else:
        await run(script, cwd=tmp_path)


async def test_the_readmes_first_block_signs(tmp_path: Path) -> None:
    """The first example leaves the signed document and the service contract."""
    (tmp_path / "contract.pdf").write_bytes(SAMPLE)
    (tmp_path / "first.py").write_text(BLOCKS[0])

    printed = await run(tmp_path / "first.py", cwd=tmp_path)

    signed = tmp_path / printed.strip()
    assert signed.name == "contract-signed.pdf"
    assert (await verify_pdf(signed.read_bytes()))[0].intact
    assert (tmp_path / "service-contract.pdf").read_bytes().startswith(b"%PDF")


async def test_the_simulator_example_signs(tmp_path: Path) -> None:
    """The first example signs its sample and finds the signature valid."""
    example = ROOT / "examples" / "sign_on_the_simulator.py"

    printed = await run(example, cwd=tmp_path)

    assert printed.splitlines()[-1] == "signed: signed/file-signed.pdf valid"


@pytest.mark.parametrize("name", ["countersignature", NEEDS_OPENSSL, "videoid"])
async def test_the_other_examples_run(name: str, tmp_path: Path) -> None:
    """Each ends well on the simulator and leaves a signed file."""
    await run(ROOT / "examples" / f"{name}.py", cwd=tmp_path)

    assert signed_files(tmp_path)


def signed_files(folder: Path) -> list[Path]:
    return [*folder.rglob("*-signed.pdf"), *folder.rglob("*.p7m")]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@asynccontextmanager
async def serving(simulator: Simulator, port: int) -> AsyncGenerator[str, None]:
    """Run the example service until the block ends, and give its URL."""
    url = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        ROOT / "examples" / "service.py",
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "OPTIMIZER_URL": simulator.url,
            "ONESHOT_TOKEN": simulator.token,
            "ONESHOT_BILLING_USERNAME": simulator.billing_username,
            "ONESHOT_BILLING_PASSWORD": simulator.billing_password,
            "CALLBACK_SECRET": "sixteen characters or more",
            "PUBLIC_URL": url,
            "PORT": str(port),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(GUARD):
            assert b"Running on" in await process.stdout.readline()
        yield url
    finally:
        process.terminate()
        await process.communicate()


async def test_the_example_service_signs_in_its_handlers() -> None:
    """A document is posted, a wrong code refused, and the right one signs it."""
    person = {
        "given_name": "Ada",
        "surname_1": "Lovelace",
        "id_document_country": "ES",
        "serial_number": "0000000T",
        "email": "ada@example.com",
        "mobile_phone_number": "+34600123123",
    }
    async with (
        Simulator() as simulator,
        serving(simulator, free_port()) as url,
        aiohttp.ClientSession(url) as session,
        asyncio.timeout(GUARD),
    ):
        async with session.post("/signings", params=person, data=b"no PDF") as refused:
            assert refused.status == 502
        async with session.post("/signings", data=b"") as incomplete:
            assert (await incomplete.json())["error"] == "given_name is missing"
        async with session.post("/signings", params=person, data=SAMPLE) as begun:
            pk = (await begun.json())["signing"]
        async with session.post(f"/signings/{pk}/code", data="000") as wrong:
            assert wrong.status == 422
        async with session.get(f"/signings/{pk}/contract") as contract:
            assert (await contract.read()).startswith(b"%PDF")
        code = (await simulator.next_sms("+34600123123")).code
        async with session.post(f"/signings/{pk}/code", data=code) as signed:
            content = await signed.read()

        trust = [simulator.authority.root_pem]
        assert [c.valid for c in await verify_pdf(content, trust=trust)] == [True]
        assert {record.outcome for record in simulator.callbacks} == {204}
