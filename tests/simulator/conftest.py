"""A person and the papers; a running simulator, and a plain HTTP client for it."""

import asyncio
import base64
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from oneshot_async.simulator import Clock, Simulator
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.simulator.pki import Authority, Credential, Person

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
PHONE = "+34600000000"


@pytest.fixture
def now() -> datetime:
    return datetime(2030, 5, 17, 10, 30, 15, 250_000, tzinfo=UTC)


@pytest.fixture
def person() -> Person:
    return Person(
        given_name="Łukasz",
        surname_1="Gómez",
        surname_2="Ñandú",
        serial_number="0000000T",
        id_document_type="IDC",
        country="ES",
        email="signer@example.com",
    )


@pytest.fixture
def authority(now: datetime) -> Authority:
    return Authority.create(now)


@pytest.fixture
def credential(authority: Authority, person: Person, now: datetime) -> Credential:
    return authority.issue(person, now)


@attrs.frozen
class Target:
    """A server that keeps the callbacks it gets, and answers when it may."""

    url: str
    got: asyncio.Queue
    may_answer: asyncio.Event

    async def take(self, count):
        """Return the next callbacks, as many as asked for."""
        async with asyncio.timeout(10):
            return [await self.got.get() for _ in range(count)]

    async def events(self, count):
        return [body.get("event_type") for body in await self.take(count)]


@pytest.fixture(scope="session")
def sample() -> bytes:
    return sample_pdf()


@attrs.frozen
class Reply:
    """What came back: the body is data if it was JSON, else bytes."""

    status: int
    body: Any

    @property
    def refusal(self) -> tuple[int, Any]:
        """The status, and what a refusal in the default form says: text or map."""
        assert self.body["status"] == "error"
        detail = self.body["detail"]
        return self.status, self.body["message"] if "code" in detail else detail


@attrs.frozen
class Api:
    """The calls of the API, as any HTTP client would make them."""

    simulator: Simulator
    http: aiohttp.ClientSession

    async def call(self, method, path, *, form=None, json=None) -> Reply:
        url = self.simulator.url + path
        async with self.http.request(method, url, data=form, json=json) as answer:
            if answer.content_type == "application/json":
                return Reply(answer.status, await answer.json())
            return Reply(answer.status, await answer.read())

    def form(self, **changes: str | None) -> dict[str, str]:
        """Return a form for create; a change to None leaves the field out."""
        password = self.simulator.billing_password.encode()
        fields = {
            "token": self.simulator.token,
            "given_name": "Given",
            "surname_1": "Surname",
            "id_document_type": "IDC",
            "id_document_country": "ES",
            "serial_number": "0000000T",
            "email": "someone@example.com",
            "mobile_phone_number": PHONE,
            "registration_authority": "3",
            "profile": "PFnubeQAFCiudadano",
            "env": "sandbox",
            "billing_username": self.simulator.billing_username,
            "billing_password": base64.b64encode(password).decode(),
        } | changes
        return {name: value for name, value in fields.items() if value is not None}

    async def create(self, **changes: str | None) -> int:
        reply = await self.call("POST", "/create", form=self.form(**changes))
        assert reply.status == 200, reply
        return int(reply.body["details"]["pk"])

    async def upload(self, pk: int, content: bytes) -> str:
        form = files(file=content)
        reply = await self.call("POST", f"/document/{pk}", form=form)
        assert reply.status == 200, reply
        return reply.body["detail"]["uid"]

    async def code(self, pk: int) -> str:
        reply = await self.call("POST", f"/otp/{pk}")
        assert reply.status == 200, reply
        return self.simulator.sms[-1].code

    async def sign(self, pk: int, **body: Any) -> Reply:
        return await self.call("POST", f"/sign/{pk}", json=body)

    async def approval(self) -> None:
        """Let the time pass that an approval takes."""
        await run_all()
        self.simulator.clock.advance(self.simulator.timings.approval)
        await run_all()

    async def told(self, count: int) -> list[int | str]:
        """Wait for so many callbacks and return what became of them."""
        callbacks = self.simulator.callbacks
        async with asyncio.timeout(10):
            await callbacks.wait(lambda _: True, skip=count - 1)
        return [record.outcome for record in callbacks]


async def run_all() -> None:
    """Let every task run that can run without waiting."""
    for _ in range(10):
        await asyncio.sleep(0)


def files(**contents: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, content in contents.items():
        form.add_field(
            name, content, filename="a.pdf", content_type="application/x-given"
        )
    return form


@pytest.fixture
def png() -> bytes:
    """The smallest image."""
    return PNG


@pytest.fixture
def upload_form():
    """A function that makes a form out of named files."""
    return files


@pytest.fixture
def settle():
    """A function that lets every task run that can run without waiting."""
    return run_all


@pytest.fixture
async def simulator():
    """A simulator whose clock stands still until it is advanced."""
    async with Simulator(clock=Clock(frozen=True)) as running:
        yield running


@pytest.fixture
async def api(simulator):
    async with aiohttp.ClientSession() as http:
        yield Api(simulator, http)


@pytest.fixture
def opened(api):
    """A function that creates a Video ID and returns what is answered about it."""
    unknown = dict.fromkeys(
        ("token", "given_name", "surname_1", "serial_number", "id_document_type",
         "id_document_country")
    )  # fmt: skip

    async def create(**changes):
        body = api.form(**unknown) | changes
        return await api.call("POST", "/videoid", json=body)

    return create


@pytest.fixture
def officer(simulator):
    """The registration officer, as an approval or a refusal names them."""
    return {"token": simulator.token, "rao": 1182}


@pytest.fixture
def countersigner(simulator):
    """The account that signs second."""
    return {
        "username": simulator.rao_username,
        "password": simulator.rao_password,
        "pin": simulator.rao_pin,
    }


@pytest.fixture
def pdfsig(tmp_path):
    """A function that returns what an independent program says of a document."""

    def report(document):
        path = tmp_path / "signed.pdf"
        path.write_bytes(document)
        return subprocess.run(
            ["pdfsig", path], capture_output=True, text=True, check=True
        ).stdout

    return report


@pytest.fixture
async def ready(api, sample):
    """The pk of an approved request with one document."""
    pk = await api.create()
    await api.upload(pk, sample)
    return pk


@pytest.fixture
async def target():
    got, may_answer = asyncio.Queue(), asyncio.Event()
    may_answer.set()

    async def receive(request):
        got.put_nowait(await request.json())
        await may_answer.wait()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/callbacks", receive)
    async with TestServer(app) as server:
        yield Target(str(server.make_url("/callbacks")), got, may_answer)


@pytest.fixture
def create(api, target):
    """A function that creates a request with callbacks and returns its pk."""

    async def create_one():
        return await api.create(useasync="true", callback=target.url)

    return create_one


@pytest.fixture
def work_of():
    """A function that counts the Python functions which a piece of work calls."""

    def measure(work):
        calls = 0

        def count(_frame, event, _argument):
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            work()
        finally:
            sys.setprofile(None)
        return calls

    return measure
