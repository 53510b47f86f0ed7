"""`callback-url`, `send-test`, `requests` and `completion`."""

import asyncio
import shutil

import pytest

from oneshot_async.callback_urls import CallbackUrls
from oneshot_async.inbox import Inbox
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.requests import RequestPk
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator

SECRET = "a secret of some length"
PUBLIC = ("--public-url", "https://sign.example.com/one")
SECRETS = {"ONESHOT_CALLBACK_SECRETS": SECRET}
URLS = CallbackUrls("https://sign.example.com/one", [SECRET])


def token_in(url):
    return url.rpartition("/")[2]


async def test_minted_url_is_the_receivers(run):
    """A receiver with the same secrets takes what is minted, and knows which it is."""
    ended = await run("callback-url", "--json", *PUBLIC, **SECRETS)

    (told,) = ended.told
    assert told["callback_url"].startswith("https://sign.example.com/one/callbacks/")
    assert URLS.verify(token_in(told["callback_url"])) == told["correlation"]


async def test_fixed_url_is_always_the_same(run):
    """The one for the registration authority is printed alone, to be copied."""
    ended = await run("callback-url", "--fixed", *PUBLIC, **SECRETS)

    assert (ended.code, ended.out) == (0, f"{URLS.fixed()}\n")


async def test_minted_url_may_expire(run):
    """Its last day is a part of it."""
    ended = await run("callback-url", "--days", "2", *PUBLIC, **SECRETS)

    assert "~" in token_in(ended.out)
    assert URLS.verify(token_in(ended.out.strip()))


@pytest.mark.parametrize(
    "arguments", [[*PUBLIC], ["--fixed"], [*PUBLIC, "--fixed", "--days", "2"]]
)
async def test_url_that_nobody_could_take_is_not_minted(run, arguments):
    """Without secrets, without a public URL, or with a contradiction it is usage."""
    env = {} if arguments == [*PUBLIC] else SECRETS
    ended = await run("callback-url", *arguments, **env)

    assert (ended.code, ended.out) == (2, "")


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@pytest.mark.parametrize("status", ["CREATED", "ENROLLREADY", "ISSUED", "CANCELLED"])
async def test_sample_is_kept(run, receiver, inbox, status):
    """The receiver reads the sample as the event that it shows."""
    url = receiver.urls.mint().url
    ended = await run("send-test", url, "--pk", "7", "--status", status)

    assert (ended.code, ended.out) == (0, "204: kept\n")
    (event,) = await inbox.history(RequestPk(7))
    assert event.status == status
    assert event.event_type


async def test_url_is_read_from_standard_input(start, receiver, inbox):
    """The dash keeps the secret URL out of the list of processes."""
    command = await start("send-test", "-", "--json")
    command.answer(receiver.urls.fixed())
    ended = await command.end()

    assert ended.told == [{"status": 204, "kept": True}]
    assert len(await inbox.history()) == 1


async def test_refused_sample_is_a_failure(run, receiver):
    """What the receiver's answer means is told, with exit code 1."""
    ended = await run("send-test", f"{receiver.url}/callbacks/guessed.token")

    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("404: no callback URL of that receiver")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/callbacks/s3cret", "s3cret"])
async def test_url_that_leads_nowhere_is_one_line_of_error(run, url):
    """And the line does not show the URL."""
    ended = await run("send-test", url)

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "s3cret" not in ended.err


@pytest.fixture
async def kept(tmp_path):
    """The options for an inbox which has heard of two requests, one of them done."""
    url = f"sqlite:///{tmp_path / 'inbox.db'}"
    async with Inbox(url) as inbox:
        for pk, status in ((800001, "CREATED"), (7, "CREATED"), (7, "ISSUED")):
            await inbox.deliver(CallbackEvent(pk=RequestPk(pk), status=status))
    return ("--inbox", url)


async def test_requests_are_a_table(run, kept):
    """Each request is a row with its last status and how many callbacks came."""
    ended = await run("requests", *kept)

    head, *rows = ended.out.splitlines()
    assert head.split() == [
        "request",
        "heard",
        "is",
        "now",
        "callbacks",
        "last",
        "(UTC)",
    ]
    assert [row.split()[:3] for row in rows] == [
        ["800001", "CREATED", "1"],
        ["7", "ISSUED", "2"],
    ]


async def test_optimizer_says_what_is_true(run, kept):
    """With its URL each request is asked for; what it does not know is said."""
    async with Simulator() as simulator:
        ended = await run("requests", simulator.url, "--json", *kept)

    rows = [one for one in ended.told if "pk" in one]
    assert [(row["pk"], row["now"]) for row in rows] == [
        (800001, "not found"),
        (7, "not found"),
    ]


async def test_optimizer_that_is_away_is_one_line_of_error(run, kept):
    """The first request that cannot be asked for ends it."""
    ended = await run("requests", "http://127.0.0.1:1", "--json", *kept)

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith("error: ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_script_asks_for_completions(run, shell):
    """The script calls the command with the variable that it understands."""
    ended = await run("completion", shell)

    assert (ended.code, ended.err) == (0, "")
    assert f"_ONESHOT_ASYNC_COMPLETE={shell}_complete" in ended.out


async def test_commands_and_options_are_completed(run):
    """Asked as the script asks, it offers what begins like that."""
    bash = {"_ONESHOT_ASYNC_COMPLETE": "bash_complete"}
    words = {"COMP_WORDS": "oneshot-async do", "COMP_CWORD": "1"}
    options = {"COMP_WORDS": "oneshot-async doctor --pub", "COMP_CWORD": "2"}

    assert (await run(**bash, **words)).out == "plain,doctor\n"
    assert (await run(**bash, **options)).out == "plain,--public-url\n"


@pytest.mark.needs("bash")
async def test_bash_takes_the_script(run):
    """A shell reads it without a word, and knows the command then."""
    script = (await run("completion", "bash")).out
    bash = await asyncio.create_subprocess_exec(
        shutil.which("bash"), "--norc", "-c", f"{script}\ncomplete -p oneshot-async",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await bash.communicate()

    assert (bash.returncode, err) == (0, b"")
    assert b"_oneshot_async_completion" in out
