"""The receiver behind a real nginx, configured as the example has it."""

import asyncio
import os
import re
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import attrs
import pytest
from yarl import URL

from oneshot_async.receiver import AllowList, Limits, Receiver

pytestmark = pytest.mark.needs("nginx")

EXAMPLE = Path(__file__).parents[2] / "examples" / "nginx.conf"
SECRET = "a-secret-of-a-receiver"
CALLER = "127.0.0.2"
SOON = 0.3


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configured(folder, port, receiver_port, certificate, buffering):
    """Return the example with the ports and files of a test in place of its own."""
    places = {
        "443": str(port),
        "127.0.0.1:8080": f"127.0.0.1:{receiver_port}",
        "/etc/ssl/sign.example.com.pem": str(certificate),
        "/etc/ssl/sign.example.com.key": str(certificate),
        "/var/log/nginx": str(folder),
        "proxy_request_buffering on": f"proxy_request_buffering {buffering}",
    }
    text = EXAMPLE.read_text()
    for shown, used in places.items():
        assert shown in text
        text = text.replace(shown, used)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return text.replace("http {", f"http {{ {temporary}", 1)


async def listening(port):
    """Wait until somebody listens on a port."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                return writer.close()


@asynccontextmanager
async def nginx(folder, port):
    user = "user root;" if os.geteuid() == 0 else ""
    process = await asyncio.create_subprocess_exec(
        *("nginx", "-p", folder, "-c", folder / "nginx.conf"),
        *("-e", folder / "start.log"),
        *("-g", f"daemon off; pid {folder}/nginx.pid; {user}"),
    )
    try:
        await listening(port)
        yield
    finally:
        process.terminate()
        await process.wait()


@attrs.frozen
class Proxied:
    """A receiver behind nginx, and who calls it from outside."""

    receiver: Receiver
    port: int
    folder: Path
    http: aiohttp.ClientSession
    tls: object

    def url(self):
        return URL(self.receiver.urls.mint().url).with_port(self.port)

    async def post(self, data, url=None, **options):
        where = url or self.url()
        async with self.http.post(where, data=data, ssl=self.tls, **options) as answer:
            return answer.status

    def logs(self):
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


@pytest.fixture
def behind(tmp_path, certificate, tls, inbox):
    """A function that runs a receiver behind nginx."""

    @asynccontextmanager
    async def run(buffering="on", **options):
        port = free_port()
        connector = aiohttp.TCPConnector(local_addr=(CALLER, 0))
        async with (
            Receiver(
                inbox,
                secrets=[SECRET],
                public_url="https://localhost/hooks",
                **options,
            ) as receiver,
            aiohttp.ClientSession(connector=connector) as http,
        ):
            own = URL(receiver.url).port
            text = configured(tmp_path, port, own, certificate, buffering)
            (tmp_path / "nginx.conf").write_text(text)
            async with nginx(tmp_path, port):
                yield Proxied(receiver, port, tmp_path, http, tls[1])

    return run


async def test_prefix_is_taken_off(behind, store, body):
    """The public URL with a prefix leads to the receiver, which knows of none."""
    async with behind() as proxied:
        assert proxied.url().path.startswith("/hooks/callbacks/")
        assert await proxied.post(body()) == 204
        assert (
            await proxied.post(body(), proxied.url().with_path("/callbacks/x")) == 404
        )

    assert len(store) == 1


@pytest.mark.parametrize(
    "forged", [{}, {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": ", ,"}]
)
@pytest.mark.parametrize(("network", "status"), [(CALLER, 204), ("192.0.2.0/24", 404)])
async def test_caller_is_who_nginx_says(behind, body, network, status, forged):
    """Who calls is the address that nginx appends, whatever the caller says of it."""
    allow = AllowList([network], trusted_proxies=1)
    async with behind(allow=allow) as proxied:
        assert await proxied.post(body(), headers=forged) == status


async def test_nginx_itself_is_not_the_caller(behind, body):
    """That nginx is allowed does not let in whoever comes through it."""
    allow = AllowList(["127.0.0.1"], trusted_proxies=1)
    async with behind(allow=allow) as proxied:
        assert await proxied.post(body()) == 404


async def slowly(data):
    for start in range(0, len(data), 10):
        yield data[start : start + 10]
        await asyncio.sleep(SOON * 20 / len(data))


@pytest.mark.parametrize(
    ("buffering", "chunked", "status"),
    [("on", False, 204), ("on", True, 204), ("off", False, 408), ("off", True, 204)],
)
async def test_slow_caller_meets_nginx_or_the_receiver(
    behind, body, buffering, chunked, status
):
    """A slow body is collected by nginx; one that is passed on at once is cut off."""
    limits = Limits(seconds=SOON)
    headers = {} if chunked else {"Content-Length": str(len(body()))}
    async with behind(buffering, limits=limits) as proxied:
        assert await proxied.post(slowly(body()), headers=headers) == status
        assert await proxied.post(body()) == 204


@pytest.mark.parametrize("buffering", ["on", "off"])
async def test_many_callbacks_come_through(behind, store, body, buffering):
    """Many at a time are all kept."""
    async with behind(buffering) as proxied:
        statuses = await asyncio.gather(
            *(proxied.post(body(pk=pk)) for pk in range(1, 101))
        )

    assert set(statuses) == {204}
    assert len(store) == 100


async def test_no_log_of_nginx_has_a_token(behind, body):
    """Its logs tell that somebody called and how it ended, and never where."""
    async with behind() as proxied:
        url = proxied.url()
        statuses = [
            await proxied.post(body(), url),
            await proxied.post(b"no event", url),
            await proxied.post(b" " * 70_000, url),
            await proxied.post(body(), url.with_path(f"/elsewhere/{url.name}")),
            await proxied.post(body(), f"{url}?{'x' * 20_000}"),
        ]
        await proxied.receiver.close()
        statuses.append(await proxied.post(body(), url))

    assert statuses == [204, 400, 413, 404, 414, 502]
    assert url.name.partition(".")[0] not in proxied.logs()
    logged = re.findall(rf"^{CALLER} \S+ \S+ (\d+)", proxied.logs(), re.MULTILINE)
    assert logged == [str(status) for status in statuses]
