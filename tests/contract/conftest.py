"""What the documentation says of the API, asked of a simulator or of a real Optimizer.

By default the tests run on a simulator of their own and none is skipped. These
variables turn them to an Optimizer of yours, best by ``tox -e sandbox``:

``ONESHOT_SANDBOX_URL``
    its URL. What costs nothing and disturbs nobody is tried.
``ONESHOT_SANDBOX_SPEND=1``
    allows what costs money or sends an SMS: create, Video ID, OTP, signature.
``ONESHOT_SANDBOX_PHONE``, ``ONESHOT_SANDBOX_EMAIL``
    whose; a code arrives there twice.
``ONESHOT_SANDBOX_OTP_COMMAND``
    a shell command that prints that code when it has arrived, as in
    ``read code </dev/tty; echo $code``. The request's number is in ``$REQUEST_PK``.
``ONESHOT_TOKEN``, or ``ONESHOT_USERNAME``, ``ONESHOT_PASSWORD``, ``ONESHOT_PIN``
    who approves. The second three are needed, too, to try the creation of a token.
``ONESHOT_BILLING_USERNAME``, ``ONESHOT_BILLING_PASSWORD``
    who pays; not needed if the Optimizer's settings say so.
``ONESHOT_REGISTRATION_AUTHORITY``, ``ONESHOT_PROFILE``, ``ONESHOT_ENV``
    the last two have defaults.

The tests delete what they make. A failing one says which documented fact does not hold.
"""

import asyncio
import io
import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import attrs
import pytest
import pytest_asyncio
from PIL import Image as Picture

from oneshot_async import Billing, File, OneShotClient, RaoLogin, RaoToken, Signer
from oneshot_async.errors import ApiError
from oneshot_async.simulator import Simulator, Timings
from oneshot_async.simulator.paper import sample_pdf

HERE = Path(__file__).parent
URL = os.environ.get("ONESHOT_SANDBOX_URL")
SPENDS = not URL or os.environ.get("ONESHOT_SANDBOX_SPEND") == "1"
PATIENCE, PAUSE = (120.0, 0.5) if URL else (10.0, 0.02)
LONGEST = 900
LOGIN = ("ONESHOT_USERNAME", "ONESHOT_PASSWORD", "ONESHOT_PIN")
PAYER = ("ONESHOT_BILLING_USERNAME", "ONESHOT_BILLING_PASSWORD")
NEEDED_TO_SPEND = (
    "ONESHOT_SANDBOX_PHONE",
    "ONESHOT_SANDBOX_EMAIL",
    "ONESHOT_SANDBOX_OTP_COMMAND",
)


def pytest_collection_modifyitems(items):
    """Give a person the time to read a code from a telephone."""
    for item in items:
        if URL and item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def simulator():
    """The simulator, or None if there is a real Optimizer."""
    if URL:
        yield None
        return
    timings = Timings(approval=0.02, review=0.02, issue=0.02, file_skew=0.02)
    async with Simulator(timings=timings) as running:
        yield running


@pytest.fixture(scope="session")
def told(simulator):
    """The variables above: from the environment, or what they are for the simulator."""
    if simulator is None:
        return _checked(os.environ)
    return {
        "ONESHOT_SANDBOX_URL": simulator.url,
        "ONESHOT_SANDBOX_PHONE": "+34600123123",
        "ONESHOT_SANDBOX_EMAIL": "someone@example.com",
        "ONESHOT_TOKEN": simulator.token,
        "ONESHOT_USERNAME": simulator.rao_username,
        "ONESHOT_PASSWORD": simulator.rao_password,
        "ONESHOT_PIN": simulator.rao_pin,
        "ONESHOT_BILLING_USERNAME": simulator.billing_username,
        "ONESHOT_BILLING_PASSWORD": simulator.billing_password,
        "ONESHOT_REGISTRATION_AUTHORITY": "3",
    }


def _checked(environment):
    credentials = ("ONESHOT_TOKEN",) if not _login(environment) else ()
    payer = PAYER if environment.get(PAYER[0]) else ()
    person = NEEDED_TO_SPEND if SPENDS else ()
    wanted = (*credentials, *payer, *person, "ONESHOT_REGISTRATION_AUTHORITY")
    if missing := [name for name in wanted if not environment.get(name)]:
        pytest.exit(f"ONESHOT_SANDBOX_URL is set, but not {', '.join(missing)}", 4)
    return environment


def _login(told):
    username, password, pin = map(told.get, LOGIN)
    if username and password and pin:
        return RaoLogin(username=username, password=password, pin=pin)
    return None


@pytest.fixture(scope="session")
def login(told):
    """The officer's own credentials."""
    return _login(told) or pytest.skip(f"needs {', '.join(LOGIN)}")


@pytest.fixture(scope="session")
def token(told):
    """The token that stands for the officer."""
    return told.get("ONESHOT_TOKEN") or pytest.skip("needs ONESHOT_TOKEN")


@pytest.fixture(scope="session")
def spending():
    """Needed by whatever costs money or sends an SMS."""
    if not SPENDS:
        pytest.skip("costs money or sends an SMS: allow it by ONESHOT_SANDBOX_SPEND=1")


@pytest.fixture(scope="session")
def simulated(simulator):
    """The simulator, for what would be a loss to everybody on a real Optimizer."""
    return simulator or pytest.skip("would destroy what others keep on the Optimizer")


@attrs.define
class Wire:
    """What was answered, as it came; the models of the client are more tolerant."""

    body: bytes = attrs.field(default=b"", repr=False)

    def listen(self, transport):
        send = transport.send

        async def note(call):
            answer = await send(call)
            self.body = answer.body
            return answer

        transport.send = note

    @property
    def last(self):
        return json.loads(self.body)


@pytest.fixture(scope="session")
def wire():
    return Wire()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(told, wire):
    async with OneShotClient(
        told["ONESHOT_SANDBOX_URL"],
        rao=_rao(told),
        billing=_billing(told),
        env=told.get("ONESHOT_ENV") or "sandbox",
        profile=told.get("ONESHOT_PROFILE") or "PFnubeQAFCiudadano",
        registration_authority=told["ONESHOT_REGISTRATION_AUTHORITY"],
    ) as opened:
        wire.listen(opened._calls._transport)
        yield opened


def _billing(told):
    username, password = map(told.get, PAYER)
    return Billing(username=username, password=password) if username else None


def _rao(told):
    token, password, pin = map(told.get, ("ONESHOT_TOKEN", *LOGIN[1:]))
    if not token:
        return _login(told)
    return RaoToken(token, password=password or None, pin=pin or None)


@pytest.fixture(scope="session")
def pdf():
    return sample_pdf()


@pytest.fixture(scope="session")
def png():
    target = io.BytesIO()
    Picture.new("RGB", (64, 48), "navy").save(target, "PNG")
    return target.getvalue()


@pytest.fixture(scope="session")
def signer(told, png, spending):
    """A person who is made up, but for the telephone and the e-mail address."""
    picture = File(content=png, name="document.png", content_type="image/png")
    return Signer(
        given_name="Łukasz",
        surname_1="Gómez",
        id_document_country="ES",
        serial_number="00000000T",
        email=told["ONESHOT_SANDBOX_EMAIL"],
        mobile_phone_number=told["ONESHOT_SANDBOX_PHONE"],
        document_front=picture,
        document_rear=picture,
        document_owner=picture,
    )


@pytest.fixture(scope="session")
def eventually():
    """A function that asks until there is something, or says which fact fails."""

    async def ask(fact, probe):
        deadline = monotonic() + PATIENCE
        while (found := await probe()) is None:
            if monotonic() > deadline:
                pytest.fail(f"{fact}; it did not within {PATIENCE:.0f} seconds")
            await asyncio.sleep(PAUSE)
        return found

    return ask


@pytest.fixture(scope="session")
def becomes(client, eventually):
    """A function that waits until a request has a status."""

    async def wait(pk, status):
        async def probe():
            request = await client.requests.get(pk)
            return request if request.status == status else None

        return await eventually(f"documented: the request becomes {status}", probe)

    return wait


@pytest.fixture(scope="session")
def refused():
    """A function that gives a block which is to be refused, and tells if it is not."""

    @contextmanager
    def block(kind, fact):
        try:
            yield
        except kind:
            return
        except ApiError as error:
            pytest.fail(f"{fact}; but {error!r}")
        pytest.fail(f"{fact}; but it was not refused")

    return block


@attrs.frozen
class Created:
    """A request, and the answer to its creation as it came."""

    pk: int
    answer: dict = attrs.field(repr=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def create(client, wire, signer, spending):
    """A function that creates a request; what can be deleted of it is in the end."""
    pks = []

    async def make(**options):
        created = await client.requests.create(signer, **options)
        pks.append(created.pk)
        return Created(created.pk, wire.last)

    yield make
    for pk in pks:
        for delete in (client.documents.delete_all, client.requests.cancel):
            with suppress(ApiError):
                await delete(pk)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def approved(create, becomes):
    """A request that is ready to be signed, and never is."""
    created = await create()
    await becomes(created.pk, "ENROLLREADY")
    return created
