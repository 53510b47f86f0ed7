"""How the command line answers wrong usage and missing parts."""

import re

import pytest
from click.testing import CliRunner

from oneshot_async.cli import command_line

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {module!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
sys.argv[0] = "oneshot-async"
from oneshot_async.__main__ import main
main()
"""


WRONG = [
    ["unheard-of"],
    ["demo", "--document", "missing.pdf"],
    ["demo", *["--document", "loan.pdf"] * 11],
    ["demo", "--output", "loan.pdf"],
    ["listen", "--port", "70000"],
    ["listen", "--inbox", "redis://x"],
    ["events"],
    ["events", "--inbox", "memory:"],
    ["events", "--inbox", "sqlite:///x", "--pk", "0"],
    ["events", "replay"],
    ["events", "prune", "--inbox", "sqlite:///x"],
    ["requests"],
    ["callback-url"],
    ["send-test"],
    ["send-test", "http://127.0.0.1:1", "--status", "DONE"],
    ["doctor", "--ca", "loan.pdf"],
    ["completion", "tcsh"],
    ["sign", "http://127.0.0.1:1"],
    ["sign", "http://127.0.0.1:1", "--resume", "loan.pdf"],
    ["sign", "http://127.0.0.1:1", "--resume", "odd.json"],
    ["sign", "ftp://127.0.0.1:1", "--document", "loan.pdf"],
    ["sign", "http://127.0.0.1:1", "--document", "loan.pdf", "--email", "ada"],
    ["sign", "http://127.0.0.1:1", "--document", "loan.pdf", "--env", "prodx"],
    ["sign", "http://127.0.0.1:1", "--document", "loan.pdf", "--public-url", "x"],
    ["sign", "http://127.0.0.1:1", "--document", "loan.pdf", "--listen-port", "9"],
    ["listen", "--public-url", "sign.example"],
    ["listen", "--hide-secret-url"],
    ["listen", "--drain", "nan"],
    ["events", "prune", "--inbox", "sqlite:///x", "--days", "0"],
    ["callback-url", "--public-url", "http://127.0.0.1:1", "--days", "99999999999"],
    ["sign", "http://127.0.0.1:1", "--document", "loan.pdf", "--trust", "loan.pdf"],
    ["sign", "http://127.0.0.1:1", "--place", "0:1"],
    ["sign", "http://127.0.0.1:1", "--place", "0:9,9,1,1"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_ends_with_two(pdf, monkeypatch, arguments):
    """Wrong usage is told with a hint, on stderr, with exit code 2."""
    monkeypatch.chdir(pdf.parent)
    (pdf.parent / "odd.json").write_text('{"request_pk": "x"}')

    ended = CliRunner().invoke(command_line, arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "Usage: " in ended.stderr


def options(command, path=()):
    """Yield every command's options and arguments, with those of its subcommands."""
    for parameter in command.params:
        yield (*path, parameter.name)
    for name, inner in getattr(command, "commands", {}).items():
        yield from options(inner, (*path, name))


def test_no_secret_stands_on_a_command_line():
    """Command lines can be read by all users of a machine: no option takes a secret."""
    secret = re.compile("token|password|pin|secrets?|code|otp|billing|username")
    flags = {"hide_secret_url"}

    named = [option for option in options(command_line) if option[-1] not in flags]

    assert len(named) > 40
    assert [
        o for o in named if set(o[-1].split("_")) & set(secret.findall(o[-1]))
    ] == []


async def test_a_process_with_wrong_usage_ends_with_two(run):
    """The exit code and the name of the command arrive outside."""
    ended = await run("listen", "--port", "x")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: oneshot-async listen")


def test_no_summary_is_cut_short():
    """The list of commands has each one's first sentence whole."""
    ended = CliRunner().invoke(command_line, ["--help"])

    assert "..." not in ended.output.partition("Commands:")[2]


def test_credentials_are_no_options():
    """No help text offers to take a secret as an option."""
    ended = CliRunner().invoke(command_line, ["sign", "--help"])

    assert "--token" not in ended.output
    assert "--password" not in ended.output
    assert "ONESHOT_TOKEN" in ended.output


@pytest.mark.parametrize(
    ("module", "extra", "command"),
    [
        ("click", "cli", "demo"),
        ("rich", "cli", "demo"),
        ("pyhanko", "simulator", "demo"),
        ("fpdf", "simulator", "simulate"),
    ],
)
async def test_a_missing_extra_is_one_line(python, module, extra, command):
    """A part that is not installed is told with the command that installs it."""
    started = await python("-c", BLOCKED.format(module=module), command, "--json")

    ended = await started.end()

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert f"pip install 'oneshot-async[{extra}]'" in ended.err
