"""`events`: what a durable inbox holds, listed and followed, read again, forgotten."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest
from click.testing import CliRunner

from oneshot_async import Inbox, RequestPk
from oneshot_async.callback_urls import Correlation
from oneshot_async.cli import command_line
from oneshot_async.models.callbacks import CallbackEvent

UNREADABLE = b'{"request": "planted in a body"'
READABLE = b'{"request": {"pk": 9, "status": "ISSUED"}}'


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'inbox.db'}"


@pytest.fixture
async def inbox(url):
    async with Inbox(url) as opened:
        yield opened


@pytest.fixture
async def delivered(inbox):
    """A function that delivers callbacks."""

    async def deliver(*about):
        for pk, status in about:
            await inbox.deliver(CallbackEvent(pk=RequestPk(pk), status=status))

    await deliver((7, "CREATED"), (8, "CREATED"), (7, "ISSUED"))
    return deliver


@pytest.fixture
def older(tmp_path):
    """A function that has some callbacks come some days earlier than they did."""

    def change(days, *sequences):
        with closing(sqlite3.connect(tmp_path / "inbox.db")) as file, file:
            for sequence in sequences:
                file.execute(
                    "UPDATE events SET received_at = received_at - ? "
                    "WHERE sequence = ?",
                    (days * 86_400 * 1_000_000, sequence),
                )

    return change


def summary(told):
    return [(event["sequence"], event["pk"], event["status"]) for event in told]


async def test_everything_is_listed(run, url, delivered):
    """Without a command the callbacks are listed, one per line, in their order."""
    ended = await run("events", "--inbox", url)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "callback: request 7 is CREATED",
        "callback: request 8 is CREATED",
        "callback: request 7 is ISSUED",
    ]


async def test_one_request_is_listed_for_machines(run, url, delivered):
    """With a pk it is those of one request; with --json, an object per line."""
    ended = await run("events", "--inbox", url, "--pk", "7", "--json")

    assert (ended.code, ended.err) == (0, "")
    assert summary(ended.told) == [(1, 7, "CREATED"), (3, 7, "ISSUED")]


async def test_bound_callbacks_belong_to_their_request(run, url, inbox):
    """A callback without a pk is listed under that of its URL."""
    correlation = Correlation("one")
    event = CallbackEvent(status="ISSUED", correlation=correlation)
    await inbox.deliver(event)
    await inbox.bind(correlation, RequestPk(7))

    ended = await run("events", "--inbox", url, "--pk", "7", "--json")

    assert summary(ended.told) == [(1, None, "ISSUED")]


async def test_inbox_is_taken_from_the_environment(run, url, delivered):
    """ONESHOT_INBOX names the inbox, unless an option does."""
    ended = await run("events", "--pk", "8", "--json", ONESHOT_INBOX=url)
    other = await run(
        *("events", "--inbox", url, "--pk", "8", "--json"),
        ONESHOT_INBOX="sqlite:////missing/inbox.db",
    )

    assert summary(ended.told) == [(2, 8, "CREATED")]
    assert other.told == ended.told


async def test_option_before_the_command_outdoes_the_environment(run, url, inbox):
    """What is named before the command is meant for the command."""
    await inbox.quarantine(UNREADABLE, "no JSON object")

    ended = await run(
        *("events", "--inbox", url, "--json", "quarantine"),
        ONESHOT_INBOX="sqlite:////missing/inbox.db",
    )

    assert [one["number"] for one in ended.told] == [1]


@pytest.mark.parametrize("option", [["--pk", "7"], ["--follow"]], ids=" ".join)
def test_what_limits_a_list_does_not_limit_a_command(url, option):
    """Nobody is left to believe that only one request would be forgotten."""
    arguments = ["events", "--inbox", url, *option, "prune", "--days", "1"]

    ended = CliRunner().invoke(command_line, arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "do not go with 'prune'" in ended.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)]
)
async def test_follow_goes_on_until_it_is_asked_to_stop(
    start, url, delivered, number, code
):
    """What is kept comes first, then what another process delivers."""
    command = await start("events", "--inbox", url, "--pk", "7", "--follow", "--json")
    found = [await command.told("sequence") for _ in range(2)]
    await delivered((8, "ISSUED"), (7, "ARCHIVED"))
    found.append(await command.told("sequence"))
    command.signal(number)
    ended = await command.end()

    assert found == [1, 3, 5]
    assert (ended.code, ended.out, ended.err) == (code, "", "")


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["people", "machines"])
async def test_follow_ends_in_silence_when_nobody_reads_on(start, url, delivered, form):
    """As in a pipe to `head`: exit code 1, and no traceback."""
    command = await start("events", "--inbox", url, "--follow", *form)
    async with asyncio.timeout(30):
        await command.process.stdout.readline()
        command.stop_reading()
        await delivered((9, "CREATED"))
        assert await command.process.stderr.read() == b""
        assert await command.process.wait() == 1


async def test_quarantine_is_listed_without_bodies(run, url, inbox):
    """What could not be read is told by its size and the reason."""
    await inbox.quarantine(UNREADABLE, "no JSON object")

    machines = await run("events", "quarantine", "--inbox", url, "--json")
    people = await run("events", "quarantine", "--inbox", url)

    (one,) = machines.told
    assert (machines.code, people.code) == (0, 0)
    at = datetime.fromisoformat(one.pop("received_at"))
    assert one == {"number": 1, "reason": "no JSON object", "bytes": len(UNREADABLE)}
    assert people.out == (
        f"1: {len(UNREADABLE)} bytes, {at:%Y-%m-%d %H:%M:%S} UTC: no JSON object\n"
    )
    assert "planted" not in machines.out + people.out


async def test_replay_delivers_what_can_be_read_by_now(run, url, inbox):
    """What can be read leaves the quarantine for the inbox, the rest stays."""
    for body in (UNREADABLE, READABLE):
        await inbox.quarantine(body, "no JSON object")

    ended = await run("events", "replay", "--inbox", url, "--json")
    again = await run("events", "replay", "--inbox", url)

    assert ended.told == [{"delivered": 1, "refused": 1}]
    assert again.out == "0 delivered, 1 still cannot be read\n"
    assert [event.pk for event in await inbox.history()] == [9]
    assert [one.number for one in await inbox.quarantined()] == [1]


async def test_prune_takes_any_number_of_days(run, url, delivered):
    """Nothing is older than more days than there ever were."""
    ended = await run(
        "events", "prune", "--inbox", url, "--days", "99999999999", "--json"
    )

    assert ended.told == [{"pruned": 0}]


async def test_prune_forgets_what_is_older(run, url, inbox, delivered, older):
    """What came before so many days is gone, the rest is there."""
    older(31, 1, 2)

    ended = await run("events", "prune", "--inbox", url, "--days", "30", "--json")
    again = await run("events", "prune", "--inbox", url, "--days", "30")

    assert ended.told == [{"pruned": 2}]
    assert again.out == "0 callbacks forgotten\n"
    assert [event.sequence for event in await inbox.history()] == [3]


@pytest.mark.parametrize(
    "command",
    [
        ["events"],
        ["events", "--follow"],
        ["events", "quarantine"],
        ["events", "replay"],
        ["events", "prune", "--days", "1"],
        ["requests"],
    ],
    ids=" ".join,
)
def test_inbox_that_is_not_there_is_one_line_of_error(command, tmp_path):
    """Nothing is made of a name that was mistyped."""
    path = tmp_path / "mistyped.db"

    ended = CliRunner().invoke(command_line, [*command, "--inbox", f"sqlite:///{path}"])

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == f"error: {path} is not there: a receiver makes it\n"
    assert not path.exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["events"], "no callbacks"),
        (["events", "quarantine"], "nothing in quarantine"),
        (["requests"], "no requests"),
    ],
)
async def test_inbox_with_nothing_in_it_is_told(run, url, inbox, command, words):
    """On stderr, where it is no line of a list."""
    ended = await run(*command, "--inbox", url, "--json")

    assert (ended.code, ended.out, ended.err) == (0, "", f"{words}\n")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:1/inbox", "127.0.0.1:port/inbox", "[::1/inbox", "127.0.0.1:1/x?a=b"],
)
@pytest.mark.parametrize("command", ["events", "listen"])
def test_password_of_an_inbox_is_never_printed(command, address):
    """An inbox that cannot be reached, or named so, is told without its password."""
    url = f"postgresql://service:planted-password@{address}"

    ended = CliRunner().invoke(command_line, [command, "--inbox", url])

    assert ended.exit_code in {1, 2}
    assert ended.output.count("\n") >= 1
    assert "planted-password" not in ended.output
    assert "Traceback" not in ended.output
