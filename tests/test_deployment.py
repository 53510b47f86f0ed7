"""The examples of deployment, checked, and what they start, started."""

import asyncio
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import attrs
import pytest

ROOT = Path(__file__).parent.parent
UNIT = (ROOT / "examples" / "oneshot-listen.service").read_text()
CONTAINER = (ROOT / "examples" / "Containerfile").read_text()
PROGRAMS = "/opt/oneshot/bin/"
HERE = f"{Path(sys.executable).parent}/"
GUARD = 30
SECRET = "a secret of some length"


def instructions(text):
    """Yield what a Containerfile says, each with its words."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, words = line.partition(" ")
            yield name, words


def only(name):
    (words,) = (words for each, words in instructions(CONTAINER) if each == name)
    return words


STARTED_BY_UNIT = shlex.split(
    re.search(r"^ExecStart=((?:.*\\\n)*.*)$", UNIT, re.MULTILINE)[1].replace("\\\n", "")
)
ENTRYPOINT = json.loads(only("ENTRYPOINT"))
HEALTHCHECK = json.loads(only("HEALTHCHECK").removeprefix("CMD "))
INBOX = re.search(r"ONESHOT_INBOX=(\S+)", only("ENV"))[1]


@attrs.frozen
class Places:
    """What stands for ports and folders of a real machine."""

    port: int
    metrics_port: int
    folder: Path

    def of(self, word):
        shown = {
            "8080": str(self.port),
            "9464": str(self.metrics_port),
            "/var/lib/oneshot": str(self.folder),
            PROGRAMS: HERE,
        }
        for place, used in shown.items():
            word = word.replace(place, used)
        return word


@pytest.fixture
def places(tmp_path):
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        ports = one.getsockname()[1], other.getsockname()[1]
    return Places(*ports, tmp_path)


@asynccontextmanager
async def started(words, places, **env):
    """Start what an example starts; give what it says first, and end it."""
    process = await asyncio.create_subprocess_exec(
        *map(places.of, words),
        env={**os.environ, "ONESHOT_CALLBACK_SECRETS": SECRET, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(GUARD):
            yield json.loads(await process.stdout.readline())
            for _ in range(2):  # the second one ends the draining
                process.send_signal(signal.SIGTERM)
                await ready(places)
            told, _ = await process.communicate()
        assert (process.returncode, told) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ready(places):
    url = f"http://127.0.0.1:{places.port}/readyz"
    try:
        async with aiohttp.request("GET", url) as answer:
            return answer.status
    except aiohttp.ClientError:
        return None


async def check_serving(places, told):
    assert set(told) == {"listening", "metrics"}
    assert await ready(places) == 200
    url = f"http://127.0.0.1:{places.metrics_port}/metrics"
    async with aiohttp.request("GET", url) as answer:
        assert "oneshot_waiting" in await answer.text()
    assert (places.folder / "callbacks.db").stat().st_mode & 0o077 == 0


async def test_the_unit_starts_a_receiver(places):
    """What systemd would start serves, keeps its inbox to itself, and ends cleanly."""
    async with started(STARTED_BY_UNIT, places) as told:
        await check_serving(places, told)


async def test_the_container_starts_a_receiver_and_is_healthy(places):
    """What the container starts serves, and its check of health is one."""
    command = [*ENTRYPOINT, "--public-url", "https://sign.example.com"]
    check = [places.of(word) for word in HEALTHCHECK]
    async with started(command, places, ONESHOT_INBOX=places.of(INBOX)) as told:
        await check_serving(places, told)
        healthy = await asyncio.create_subprocess_exec(*check)
        assert await healthy.wait() == 0
    unhealthy = await asyncio.create_subprocess_exec(
        *check, stderr=asyncio.subprocess.DEVNULL
    )
    assert await unhealthy.wait() == 1


def test_the_container_installs_extras_that_there_are():
    """Each extra that the container asks for is one of the project's."""
    (wanted,) = re.findall(r'"/source\[([\w,]+)\]"', CONTAINER)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert set(wanted.split(",")) <= set(project["optional-dependencies"])
    assert only("USER") == "65532:65532"


@pytest.mark.needs("systemd-analyze")
def test_the_unit_is_one_and_gives_little_away(tmp_path):
    """systemd understands each line, and finds the service well locked in."""
    unit = tmp_path / "oneshot-listen.service"
    unit.write_text(UNIT.replace(PROGRAMS, HERE))
    for check in (
        ("verify", "--man=no"),
        ("security", "--offline=true", "--threshold=20"),
    ):
        ended = subprocess.run(
            ["systemd-analyze", *check, unit],
            capture_output=True,
            text=True,
            check=False,
            timeout=GUARD,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
