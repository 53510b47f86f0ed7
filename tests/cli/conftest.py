"""Commands as real processes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from oneshot_async.simulator.paper import sample_pdf

GUARD = 30


@attrs.frozen
class Ended:
    """What a process left behind; machine output is read with `told`."""

    code: int
    out: str
    err: str

    @property
    def told(self):
        return [json.loads(line) for line in self.out.splitlines()]


@attrs.frozen
class Command:
    """A running command."""

    process: asyncio.subprocess.Process

    async def told(self, key):
        """Return what the next JSON line with a key holds under it."""
        async with asyncio.timeout(GUARD):
            while line := await self.process.stdout.readline():
                if key in (fields := json.loads(line)):
                    return fields[key]
        raise AssertionError(f"no line with {key}")

    async def prompt(self, text):
        """Return when a prompt stands on stderr."""
        async with asyncio.timeout(GUARD):
            await self.process.stderr.readuntil(text.encode())

    def answer(self, line):
        self.process.stdin.write(f"{line}\n".encode())

    def stop_reading(self):
        """Close the pipe that the process writes to."""
        self.process._transport.get_pipe_transport(1).close()

    def signal(self, number):
        self.process.send_signal(number)

    async def ended_by(self, number):
        """Send a signal, and return the exit code; the process's stdin stays open."""
        self.process.send_signal(number)
        async with asyncio.timeout(GUARD):
            return await self.process.wait()

    async def end(self):
        async with asyncio.timeout(GUARD):
            out, err = await self.process.communicate()
        return Ended(self.process.returncode, out.decode(), err.decode())


def hear_hangups():
    """Tests that were started by nohup hand down that SIGHUP is ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


async def launch(arguments: Sequence[str | Path], cwd: Path, env: dict[str, str]):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        *arguments,
        cwd=cwd,
        env=env,
        start_new_session=True,  # no terminal, wherever the tests are started
        preexec_fn=hear_hangups,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.fixture
def environment():
    """The variables that commands see: none of the developer's own."""
    mine = ("ONESHOT_", "FORCE_COLOR", "NO_COLOR", "COLUMNS")
    return {
        name: value for name, value in os.environ.items() if not name.startswith(mine)
    }


@pytest.fixture
async def python(tmp_path, environment):
    """Start Python processes, and end at last those that still run."""
    started = []

    async def start(*arguments, **env):
        everything = {**environment, **env}
        started.append(await launch(arguments, tmp_path, everything))
        return Command(started[-1])

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
def start(python):
    """Start a command of the command line."""

    async def start_command(*arguments, **env):
        return await python("-m", "oneshot_async", *arguments, **env)

    return start_command


@pytest.fixture
def run(start):
    """Run a command to its end."""

    async def run_command(*arguments, **env):
        return await (await start(*arguments, **env)).end()

    return run_command


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "loan.pdf"
    path.write_bytes(sample_pdf())
    return path


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_authority(folder, name):
    openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip


def make_certificate(folder, name, authority):
    openssl(
        folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
        "-addext", "subjectAltName=DNS:localhost",
        "-keyout", f"{name}.key", "-out", f"{name}.csr",
    )  # fmt: skip
    openssl(
        folder, "x509", "-req", "-days", "2", "-in", f"{name}.csr", "-copy_extensions",
        "copyall", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key",
        "-out", f"{name}.pem",
    )  # fmt: skip


@pytest.fixture
def run_openssl():
    return openssl


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Certificates as openssl makes them: ours, and a stranger's."""
    folder = tmp_path_factory.mktemp("certificates")
    for authority in ("authority", "elsewhere"):
        make_authority(folder, authority)
    make_certificate(folder, "server", "authority")
    make_certificate(folder, "caller", "authority")
    make_certificate(folder, "stranger", "elsewhere")
    return folder
