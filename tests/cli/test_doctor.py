"""`doctor`: each check finds what is wrong, and says what to do."""

import socket
import sqlite3
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

import pytest
from aiohttp import web

from oneshot_async.cli.checks import inbox_is_writable
from oneshot_async.cli.verdicts import verdict_of
from oneshot_async.client import OneShotClient
from oneshot_async.errors import StoreError
from oneshot_async.inbox import Inbox
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator
from oneshot_async.stores import MemoryStore

SECRET = "a secret of some length"


@pytest.fixture
async def optimizer():
    async with Simulator() as running:
        yield running


@pytest.fixture
def doctor(run):
    """A function that returns the exit code, and the verdicts by check."""

    async def examine(*options, **env):
        ended = await run("doctor", "--json", *options, **env)
        assert ended.err == ""
        return ended.code, {one.pop("check"): one for one in ended.told}

    return examine


@pytest.fixture
async def answering(aiohttp_server):
    """A function that starts a server which answers everything in one way."""

    async def start(status=404, context=None, **headers):
        async def answer(_request):
            return web.Response(status=status, headers=headers)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        server = await aiohttp_server(app, ssl=context)
        return str(server.make_url("/"))

    return start


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


async def test_all_is_well(doctor, optimizer, free_port, tmp_path):
    """An Optimizer, its token, a reachable receiver and an inbox are all in order."""
    code, found = await doctor(
        optimizer.url,
        *("--public-url", f"http://127.0.0.1:{free_port}"),
        *("--listen-port", str(free_port)),
        *("--inbox", f"sqlite:///{tmp_path / 'inbox.db'}"),
        ONESHOT_TOKEN=optimizer.token,
    )

    outcomes = {check: verdict["outcome"] for check, verdict in found.items()}
    assert outcomes == {
        "optimizer": "ok",
        "tls": "skipped",
        "token": "ok",
        "clock": "ok",
        "callback-url": "ok",
        "inbox": "ok",
    }
    assert code == 0


async def test_nothing_given_is_nothing_found(doctor):
    """What is not given is skipped, with what to give; that is no failure."""
    code, found = await doctor()

    assert code == 0
    assert {verdict["outcome"] for verdict in found.values()} == {"skipped"}
    assert all(verdict["advice"] for verdict in found.values())


async def test_people_get_a_line_for_each_check(run):
    """A line has the outcome, the check, what was found, and what to do."""
    ended = await run("doctor", "http://127.0.0.1:1")

    first, *_, last = ended.out.splitlines()
    assert ended.code == 1
    assert first.startswith("failed  optimizer: Cannot connect to host 127.0.0.1:1")
    assert first.endswith(
        "Check the Optimizer's URL, its TLS certificate and the network."
    )
    assert last == "skipped inbox: no inbox given. Give --inbox or set ONESHOT_INBOX."


@pytest.mark.parametrize("status", [502, 301])
async def test_what_is_no_optimizer_is_found(doctor, answering, status):
    """A proxy with nothing behind it, or a redirect, is not what is wanted."""
    code, found = await doctor(await answering(status))

    assert (code, found["optimizer"]["outcome"]) == (1, "failed")
    assert str(status) in found["optimizer"]["words"]


@pytest.mark.parametrize("behind", [-1, 1], ids=["behind", "ahead"])
async def test_clocks_that_differ_are_found(doctor, answering, behind):
    """More than half a minute between the clocks is too much."""
    date = datetime.now(UTC) - behind * timedelta(minutes=-5)
    code, found = await doctor(await answering(Date=format_datetime(date, usegmt=True)))

    assert (code, found["clock"]["outcome"]) == (1, "failed")
    assert ("behind" if behind > 0 else "ahead of") in found["clock"]["words"]


async def test_token_that_nobody_knows_is_found(doctor, optimizer):
    """A token the Optimizer does not have is not accepted, and is not shown."""
    code, found = await doctor(optimizer.url, ONESHOT_TOKEN="deadbeefdeadbeef")

    assert (code, found["token"]["outcome"]) == (1, "failed")
    assert "deadbeef" not in str(found)


async def test_token_that_lacks_something_is_found(doctor, optimizer):
    """What is not stored with a token has to come from the environment."""
    async with OneShotClient(optimizer.url) as client:
        token = await client.tokens.create(
            optimizer.rao_username, password=optimizer.rao_password
        )
    lacking, missing = await doctor(optimizer.url, ONESHOT_TOKEN=token.token_uid)
    given, found = await doctor(
        optimizer.url, ONESHOT_TOKEN=token.token_uid, ONESHOT_PIN=optimizer.rao_pin
    )

    assert (lacking, missing["token"]["advice"]) == (1, "Set ONESHOT_PIN.")
    assert (given, found["token"]["outcome"]) == (0, "ok")


@pytest.fixture
async def receiver():
    async with Inbox() as inbox, Receiver(inbox, secrets=[SECRET]) as running:
        yield running, inbox


async def test_running_receiver_is_found_and_left_alone(doctor, receiver):
    """Whose secrets are known is asked without anything delivered or put aside."""
    running, inbox = receiver
    options = ("--public-url", running.url)
    code, found = await doctor(*options, ONESHOT_CALLBACK_SECRETS=SECRET)

    assert (code, found["callback-url"]["outcome"]) == (0, "ok")
    assert await inbox.history() == []
    assert await inbox.quarantined() == []


@pytest.mark.parametrize("path", ["", "/elsewhere"])
async def test_receiver_with_other_secrets_is_found(doctor, receiver, path):
    """Who does not know the URL is another receiver, or has another path."""
    running, _ = receiver
    options = ("--public-url", f"{running.url}{path}")
    code, found = await doctor(*options, ONESHOT_CALLBACK_SECRETS="x" * 20)

    assert (code, found["callback-url"]["outcome"]) == (1, "failed")
    assert "compare ONESHOT_CALLBACK_SECRETS" in found["callback-url"]["advice"]


@pytest.mark.parametrize("status", [200, 400])
async def test_something_else_at_the_public_url_is_found(doctor, answering, status):
    """A server that takes every URL alike is no receiver."""
    url = await answering(status)
    code, found = await doctor("--public-url", url, ONESHOT_CALLBACK_SECRETS=SECRET)

    assert (code, found["callback-url"]["outcome"]) == (1, "failed")
    assert "Something else answers" in found["callback-url"]["advice"]


async def test_public_url_that_leads_nowhere_is_found(doctor):
    """A public URL that nobody answers at is said so, not only that it failed."""
    code, found = await doctor(
        *("--public-url", "http://127.0.0.1:1", "--listen-port", "0")
    )

    assert (code, found["callback-url"]["outcome"]) == (1, "failed")
    assert "leads to the receiver" in found["callback-url"]["advice"]


async def test_inbox_that_cannot_be_written_is_found(doctor, tmp_path):
    """A database that is no inbox, or is in use by something else, is told."""
    file = tmp_path / "inbox.db"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE events (something)")
    other.close()
    code, found = await doctor("--inbox", f"sqlite:///{file}")

    assert (code, found["inbox"]["outcome"]) == (1, "failed")


class ReadOnly(MemoryStore):
    """A store that can be read."""

    async def prune(self, before, keep):
        raise StoreError("the database is read-only")


async def test_inbox_that_can_only_be_read_is_found():
    """Reading is not enough: callbacks have to be kept."""
    verdict = await verdict_of(partial(inbox_is_writable, Inbox(ReadOnly())))

    assert (verdict.outcome, verdict.words) == ("failed", "the database is read-only")


@pytest.fixture
def served_by(files):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files / "server.pem", files / "server.key")
    return context


@pytest.mark.needs("openssl")
async def test_certificate_is_looked_at(doctor, answering, served_by, files):
    """Whom the authority vouches for is trusted; that it ends soon is told."""
    url = (await answering(context=served_by)).replace("127.0.0.1", "localhost")
    code, found = await doctor(url, "--ca", files / "authority.pem")

    assert (code, found["optimizer"]["outcome"]) == (1, "ok")
    assert found["tls"]["words"].startswith("the certificate is trusted")
    assert found["tls"]["advice"] == "Renew it before it expires."


@pytest.mark.needs("openssl")
async def test_certificate_of_a_stranger_is_found(doctor, answering, served_by):
    """Nobody vouches for it: neither is TLS right, nor is anything sent."""
    url = (await answering(context=served_by)).replace("127.0.0.1", "localhost")
    code, found = await doctor(url)

    assert (code, found["optimizer"]["outcome"]) == (1, "failed")
    assert "unable to get local issuer" in found["tls"]["words"]


async def test_plain_http_is_found(doctor):
    """Credentials must not pass in the clear over a network."""
    code, found = await doctor("http://optimizer.invalid")

    assert (code, found["tls"]["outcome"]) == (1, "failed")
    assert "https" in found["tls"]["advice"]
