"""`simulate` and `listen`: servers that stop when they are asked to."""

import asyncio
import json
import signal
import socket

import aiohttp
import pytest
from click.testing import CliRunner

from oneshot_async.cli import command_line

EVENT = {
    "event_type": "REQUEST_APPROVED",
    "sent_at": "20261124120000",
    "request": {"pk": 822543, "status": "ENROLLREADY", "previous_status": "CREATED"},
}
BODY = json.dumps(EVENT).encode()
SECRET = "a secret of some length"


async def post(url, data=BODY, *, expect100=False):
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, expect100=expect100) as got,
    ):
        return got.status


async def get(url):
    async with aiohttp.request("GET", url) as got:
        return got.status


async def listening(start, *options, **env):
    command = await start("listen", "--json", *options, **env)
    first = json.loads(await command.process.stdout.readline())
    return command, first


async def test_listen_tells_where_it_listens_first(start):
    """The first line has the address and the secret URL, which it serves."""
    _, first = await listening(start, ONESHOT_CALLBACK_SECRETS=SECRET)

    assert set(first) == {"listening", "callback_url"}
    assert first["callback_url"].startswith(f"{first['listening']}/callbacks/fixed.")


async def test_listen_prints_each_event_once(start):
    """An event is a line as soon as it is kept; its duplicate is none."""
    command, first = await listening(start, ONESHOT_CALLBACK_SECRETS=SECRET)

    statuses = [await post(first["callback_url"]) for _ in range(2)]
    command.signal(signal.SIGTERM)
    ended = await command.end()

    assert (ended.code, ended.err, statuses) == (0, "", [204, 204])
    assert ended.told == [
        {
            "pk": 822543,
            "status": "ENROLLREADY",
            "event_type": "REQUEST_APPROVED",
            "previous_status": "CREATED",
            "occurred_at": "2026-11-24T12:00:00",
            "certificates": [],
            "sequence": 1,
        }
    ]


async def test_listen_tells_only_what_is_new(start, tmp_path):
    """Started again on the same inbox, it does not repeat what it told before."""
    inbox = ("--inbox", f"sqlite:///{tmp_path / 'inbox.db'}")
    told = []
    for pk in (1, 2):
        command, first = await listening(start, *inbox, ONESHOT_CALLBACK_SECRETS=SECRET)
        body = {"request": {"pk": pk, "status": "ISSUED"}}
        await post(first["callback_url"], json.dumps(body))
        command.signal(signal.SIGTERM)
        told.append([event["pk"] for event in (await command.end()).told])

    assert told == [[1], [2]]


ENDINGS = [signal.SIGTERM, signal.SIGHUP]
"""What a service manager sends, and a terminal that is closed."""


@pytest.mark.parametrize("number", ENDINGS, ids=str)
async def test_listen_finishes_what_it_is_receiving(start, number):
    """A callback in the middle of which it is to end is still kept and printed."""
    command, first = await listening(start, ONESHOT_CALLBACK_SECRETS=SECRET)

    async def slowly():
        yield BODY[:10]
        command.signal(number)
        yield BODY[10:]

    status = await post(first["callback_url"], data=slowly(), expect100=True)
    ended = await command.end()

    assert (status, ended.code, len(ended.told)) == (204, 0, 1)


async def test_listen_drains_before_it_stops(start):
    """Asked to stop, it is not ready and takes callbacks until asked again."""
    command, first = await listening(
        start, "--drain", "60", ONESHOT_CALLBACK_SECRETS=SECRET
    )
    ready = f"{first['listening']}/readyz"
    assert await get(ready) == 200

    command.signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        while await get(ready) == 200:
            pass
    status = await post(first["callback_url"])
    command.signal(signal.SIGTERM)
    ended = await command.end()

    assert (status, ended.code, len(ended.told)) == (204, 0, 1)


async def test_listen_serves_metrics_on_a_port_of_their_own(start):
    """Where they are is told, and the callbacks that came are counted there."""
    _, first = await listening(
        start, "--metrics-port", "0", ONESHOT_CALLBACK_SECRETS=SECRET
    )
    await post(first["callback_url"])
    async with aiohttp.request("GET", first["metrics"]) as got:
        told = await got.text()

    assert 'oneshot_callbacks_total{outcome="kept"} 1.0' in told
    assert first["metrics"].startswith("http://127.0.0.1:")
    assert await get(f"{first['listening']}/metrics") == 404


async def test_listen_takes_every_secret(start):
    """A URL that was made with the second secret is served too."""
    _, old = await listening(start, ONESHOT_CALLBACK_SECRETS=SECRET)
    _, new = await listening(start, ONESHOT_CALLBACK_SECRETS=f"{'x' * 20}, {SECRET}")

    token = old["callback_url"].rpartition("/")[2]

    assert await post(f"{new['listening']}/callbacks/{token}") == 204


async def test_listen_makes_a_secret_up(start):
    """Without a secret one is made up, and printed once so that it can be kept."""
    command, first = await listening(start)
    command.signal(signal.SIGTERM)

    made_up = (await command.end()).err.strip().rpartition("=")[2]
    _, again = await listening(start, ONESHOT_CALLBACK_SECRETS=made_up)

    path = first["callback_url"].removeprefix(first["listening"])
    assert again["callback_url"] == again["listening"] + path


async def test_listen_prints_no_secret_where_it_cannot_listen(run):
    """A secret that nothing uses is not printed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = await run("listen", "--port", str(taken.getsockname()[1]))

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "ONESHOT_CALLBACK_SECRETS" not in ended.err


async def test_listen_shows_the_public_url(start):
    """The secret URL to hand on begins with the public URL."""
    command = await start("listen", "--json", "--public-url", "https://sign.example")

    url = await command.told("callback_url")

    assert url.startswith("https://sign.example/callbacks/fixed.")


@pytest.mark.parametrize("number", ENDINGS, ids=str)
async def test_simulate_tells_its_url_first(start, number):
    """The first line of the simulator is its URL, and it ends with 0 when asked to."""
    command = await start("simulate", "--json")

    first = json.loads(await command.process.stdout.readline())
    command.signal(number)

    assert set(first) == {"simulator"}
    assert (await command.end()).code == 0


async def test_simulate_tells_where_its_telephone_is(start):
    """The second line is the URL of the page with the telephone, which is there."""
    command = await start("simulate", "--json")

    url = await command.told("phone")
    async with aiohttp.ClientSession() as http, http.get(url) as page:
        assert 'id="telephone"' in await page.text()


@pytest.mark.parametrize("server", ["simulate", "listen"])
async def test_interrupting_a_server_is_quiet(start, server):
    """Ctrl-C ends a server with 130 and no traceback."""
    command = await start(server, "--json", ONESHOT_CALLBACK_SECRETS=SECRET)
    await command.process.stdout.readline()

    command.signal(signal.SIGINT)
    ended = await command.end()

    assert (ended.code, ended.err) == (130, "")


@pytest.mark.parametrize("server", ["simulate", "listen"])
async def test_a_port_in_use_is_one_line_of_error(run, server):
    """A port that is taken is told in a line, with exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = await run(server, "--port", port, ONESHOT_CALLBACK_SECRETS=SECRET)

    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert ended.err.startswith("error: ")
    assert "[Errno" not in ended.err


def test_what_listen_cannot_use_is_one_line_of_error():
    """An argument that cannot be used is told in a line, with exit code 1."""
    env = {"ONESHOT_CALLBACK_SECRETS": SECRET}

    ended = CliRunner().invoke(command_line, ["listen", "--host", "0.0.0.0"], env=env)

    assert (ended.exit_code, ended.output.count("\n")) == (1, 1)
    assert "public_url is needed" in ended.output
