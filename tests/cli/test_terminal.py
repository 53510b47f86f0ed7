"""How the command line behaves on a terminal, and when it is interrupted."""

import asyncio
import io
import os
import pty
import re
import signal
import sys

import pytest
from click.testing import CliRunner

from oneshot_async.cli import command_line

COLOUR = re.compile(rb"\x1b\[[\d;]*(3[0-8]|9[0-7])[;m]")


@pytest.fixture
async def shown(tmp_path, environment):
    """A function that runs a command on a terminal and returns what it shows."""

    async def run_there(*arguments, **env):
        ours, theirs = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "oneshot_async", *arguments,
            cwd=tmp_path, env={**environment, "TERM": "xterm", **env},
            stdin=theirs, stdout=theirs, stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        reading = asyncio.create_task(asyncio.to_thread(read_all, ours))
        async with asyncio.timeout(30):
            await process.wait()
            return await reading

    return run_there


def read_all(terminal):
    with os.fdopen(terminal, "rb", buffering=0) as file:
        pieces = []
        try:
            while piece := file.read(65536):
                pieces.append(piece)
        except OSError:  # how Linux tells that the other side has closed it
            pass
        return b"".join(pieces)


async def test_colours_are_for_terminals(shown):
    """On a terminal outcomes are coloured, and steps move."""
    assert COLOUR.search(await shown("doctor", "http://127.0.0.1:1"))
    assert b"\x1b[" in await shown("demo")


@pytest.mark.parametrize("command", [["doctor", "http://127.0.0.1:1"], ["demo"]])
async def test_no_colour_where_it_is_not_wanted(shown, command):
    """NO_COLOR is heeded, on a terminal too."""
    assert not COLOUR.search(await shown(*command, NO_COLOR="1"))


async def test_waiting_shows_how_long_it_may_take(shown):
    """While a flow waits for somebody, a bar tells how much of the time is over."""
    assert re.search(rb"\d+ of 600 s at most", await shown("demo", COLUMNS="100"))


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str
)
async def test_interrupting_a_flow_is_quiet(start, tmp_path, number):
    """A signal ends it with 130, without a traceback, and nothing is left behind."""
    began = await start("demo", "--json")
    await began.told("sms")

    assert await began.ended_by(number) == 130
    assert await began.process.stderr.read() == b""
    assert not list((tmp_path / "signed").glob(".*"))


class Interrupting(io.BytesIO):
    """Standard input of somebody who presses Ctrl-C in place of an answer."""

    def read1(self, _size=-1):
        raise KeyboardInterrupt


@pytest.mark.parametrize(("stdin", "code"), [(Interrupting(), 130), (b"", 1)])
def test_leaving_a_question_is_quiet(pdf, stdin, code):
    """Ctrl-C ends a question with 130 and not a word; the end of input is a failure."""
    question = ["sign", "http://127.0.0.1:1", "--document", str(pdf)]

    ended = CliRunner().invoke(command_line, question, input=stdin)

    assert ended.exit_code == code
    assert (ended.stderr == "Given name: ") is (code == 130)
