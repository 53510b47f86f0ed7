"""`listen` faces the network: TLS, mutual TLS and allowed networks."""

import json
import ssl

import aiohttp
import pytest
from click.testing import CliRunner

from oneshot_async.cli import command_line

BODY = b'{"status": "ISSUED", "request": 7}'
SECRET = "a secret of some length"

pytestmark = pytest.mark.needs("openssl")


@pytest.fixture
def secure(files):
    return [
        *("--tls-certificate", files / "server.pem"),
        *("--tls-key", files / "server.key"),
    ]


@pytest.fixture
def listening(start):
    """A function that starts to listen and returns the secret URL."""

    async def begin(*options):
        url = "https://localhost"
        command = await start(
            "listen", "--json", "--public-url", url, *options,
            ONESHOT_CALLBACK_SECRETS=SECRET,
        )  # fmt: skip
        first = json.loads(await command.process.stdout.readline())
        path = first["callback_url"].removeprefix(url)
        return first["listening"].replace("127.0.0.1", "localhost") + path

    return begin


async def post(url, context=True, **headers):
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=BODY, ssl=context, headers=headers) as answer,
    ):
        return answer.status


def trusting(files, caller=None):
    context = ssl.create_default_context(cafile=files / "authority.pem")
    if caller is not None:
        context.load_cert_chain(files / f"{caller}.pem", files / f"{caller}.key")
    return context


async def test_listen_serves_tls(listening, files, secure):
    """With a certificate and its key the callbacks come over TLS."""
    url = await listening(*secure)

    assert url.startswith("https://")
    assert await post(url, trusting(files)) == 204


async def test_listen_asks_for_the_callers_certificate(listening, files, secure):
    """With an authority for callers, only who has a certificate of it gets through."""
    url = await listening(*secure, "--client-ca", files / "authority.pem")

    assert await post(url, trusting(files, "caller")) == 204
    for caller in (None, "stranger"):
        with pytest.raises(aiohttp.ClientError):
            await post(url, trusting(files, caller))


async def test_listen_takes_callbacks_from_allowed_networks(listening):
    """Who is not in an allowed network is told what a wrong URL is."""
    url = await listening("--allow", "192.0.2.0/24", "--trusted-proxies", "1")

    assert await post(url) == 404
    assert await post(url, **{"X-Forwarded-For": "192.0.2.1"}) == 204
    assert await post(url, **{"X-Forwarded-For": "192.0.2.1, 10.1.1.1"}) == 404


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--allow", "everywhere"], "networks"),
        (["--trusted-proxies", "1"], "needs an --allow"),
        (["--tls-key", "server.key"], "need a --tls-certificate"),
        (["--client-ca", "authority.pem"], "need a --tls-certificate"),
        (["--tls-certificate", "server.pem"], "TLS files cannot be used"),
        (["--tls-certificate", "server.key"], "TLS files cannot be used"),
        (
            ["--tls-certificate", "server.pem", "--tls-key", "caller.key"],
            "KEY_VALUES_MISMATCH",
        ),
        (
            ["--tls-certificate", "server.pem", "--tls-key", "locked.key"],
            "the key has a password",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_used_is_wrong_usage(
    files, run_openssl, monkeypatch, options, words
):
    """Files and networks that do not fit are told before anything listens."""
    run_openssl(
        files, "rsa", "-aes128", "-passout", "pass:word",
        "-in", "server.key", "-out", "locked.key",
    )  # fmt: skip
    monkeypatch.chdir(files)

    ended = CliRunner().invoke(
        command_line, ["listen", *options], env={"ONESHOT_CALLBACK_SECRETS": SECRET}
    )

    assert ended.exit_code == 2
    assert words in ended.stderr
