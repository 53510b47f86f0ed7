"""Nobody's data and no secret is shown: not in logs, warnings, texts or reprs."""

import asyncio
import logging
import re
import traceback

import attrs
import pytest

from oneshot_async import (
    Billing,
    Inbox,
    OneShotClient,
    OneShotError,
    Polling,
    RaoLogin,
    RaoToken,
    RequestPk,
    Retries,
    Signer,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator, Timings

SECRET = "marker-of-the-callback-secret"
SIGNER = Signer(
    given_name="MarkerGivenName",
    surname_1="MarkerSurnameOne",
    surname_2="MarkerSurnameTwo",
    id_document_country="ES",
    serial_number="MARKER0000T",
    email="marker.mail@example.com",
    mobile_phone_number="+34699887766",
    residence="MarkerResidence",
    residence_city="MarkerCity",
    residence_postal_code="MarkerPostalCode",
    residence_address="MarkerAddress",
    special_conditions="MarkerConditions",
)
LOGIN = RaoLogin(username="MarkerUser", password="MarkerPassword", pin="MarkerPin")
TOKEN = RaoToken(
    "a0marker-0000-4000-8000-00000marker0",
    password="MarkerTokenPassword",
    pin="MarkerTokenPin",
)
BILLING = Billing(username="MarkerPayer", password="MarkerBillingPassword")
UNLOCKING = {"secret": "MarkerOwnCode", "ext_unlock_value": "MarkerUnlockValue"}
FAULTY = {"forged": 0.5, "unknown_event": 0.5, "doubled": 0.5, "old_form": 0.5}


def planted():
    """Return every text that must not be shown."""
    parts = (SIGNER, LOGIN, TOKEN, BILLING)
    public = {"id_document_country", "id_document_type"}
    values = [
        str(value)
        for part in parts
        for name, value in attrs.asdict(part).items()
        if value and name not in public
    ]
    return [*values, *BILLING.fields().values(), *UNLOCKING.values(), SECRET]


@attrs.define
class Shown:
    """Everything that was shown anywhere."""

    texts: list = attrs.field(factory=list)

    def add(self, *things):
        for thing in things:
            self.texts += [repr(thing), str(thing)]
            if isinstance(thing, BaseException):
                self.texts += traceback.format_exception(thing)

    def leaks(self, secrets):
        whole = "\n".join(self.texts)
        return sorted({secret for secret in secrets if found(secret, whole)})


def found(secret, text):
    """Tell whether a text shows a secret; digits within an address or a time do not."""
    if not secret.isdecimal():
        return secret in text
    return re.search(rf"(?<![\da-f.]){secret}(?![\da-f])", text) is not None


@pytest.fixture
def shown():
    return Shown()


@pytest.fixture(autouse=True)
async def loud():
    """Have everything logged that can be, and asyncio tell of every step it takes."""
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0
    yield
    loop.slow_callback_duration = 0.1
    loop.set_debug(False)


@pytest.fixture
def everything(shown, caplog, capfd, recwarn):
    """A function that returns what was shown, wherever it went."""
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict]:
        if name.startswith(("aiohttp", "oneshot_async", "asyncio")):
            caplog.set_level(logging.DEBUG, name)

    def collect():
        written = capfd.readouterr()
        shown.texts += [written.out, written.err, *map(str, recwarn)]
        shown.texts += [
            f"{record.getMessage()} {arguments_of(record)} {record.exc_text}"
            for record in caplog.records
        ]
        assert caplog.records
        return shown

    return collect


def arguments_of(record):
    """Return a record's arguments, without times: their digits are any number's."""
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    return [argument for argument in given if not isinstance(argument, float)]


def accounts_of(simulator):
    """Return what the simulator's own credentials are: secrets like any other."""
    accounts = attrs.asdict(simulator.accounts)
    return [str(value) for value in accounts.values()]


@pytest.fixture
async def simulator():
    timings = Timings(approval=0.02, issue=0.02, file_skew=0.02)
    async with Simulator(timings=timings) as running:
        yield running


async def test_whole_flow_shows_nothing(simulator, pdf, shown, everything):
    """From the first line to the last, with faults, no secret is seen anywhere."""
    for name, chance in FAULTY.items():
        setattr(simulator.faults, name, chance)
    rao = RaoToken(simulator.token)
    billing = Billing(
        username=simulator.billing_username, password=simulator.billing_password
    )
    async with (
        Inbox() as inbox,
        Receiver(inbox, secrets=[SECRET]) as receiver,
        OneShotClient(
            simulator.url,
            rao=rao,
            billing=billing,
            env="sandbox",
            profile="profile",
            registration_authority="3",
            inbox=inbox,
            callbacks=receiver.urls,
            polling=Polling(first=0.02, longest=0.05, deadline=5),
        ) as client,
    ):
        signing = await client.begin(SIGNER, documents=[pdf], progress=shown.add)
        contract = await client.requests.contract(signing.request_pk)
        await signing.send_otp()
        sms = await simulator.next_sms(SIGNER.mobile_phone_number)
        for wrong in ("000111222", sms.code + "9"):
            with pytest.raises(OneShotError) as caught:
                await signing.sign(wrong)
            shown.add(caught.value)
        signed = await signing.sign(sms.code)
        request = await client.requests.get(signing.request_pk)
        tokens = await client.tokens.list()
        shown.add(signing, signed, request, request.secrets, *tokens.values())
        shown.add(inbox, receiver, receiver.urls, *await inbox.history())
        shown.add(*simulator.callbacks, *simulator.sms, *simulator.requests.values())
        shown.add(SIGNER, rao, billing, client, simulator, receiver.urls.mint())
        minted = [record.url for record in simulator.callbacks]

    macs = [url.rpartition(".")[2] for url in minted]
    code = f"{sms.code}9", "000111222", f"{sms.code} is your code"
    secrets = [*planted(), *accounts_of(simulator), *minted, *macs, *code]
    own = [request.scratchcard, *attrs.astuple(request.secrets)[:4]]
    assert contract.startswith(b"%PDF")
    assert everything().leaks([*secrets, *own]) == []


ERRORS = {
    "unknown token": lambda client: client.requests.create(SIGNER, rao=TOKEN),
    "unknown officer": lambda client: client.requests.create(SIGNER, rao=LOGIN),
    "wrong payer": lambda client: client.requests.create(SIGNER, billing=BILLING),
    "token not found": lambda client: client.tokens.get(TOKEN.token),
    "wrong login": lambda client: client.tokens.create(
        LOGIN.username, password=LOGIN.password, pin=LOGIN.pin
    ),
    "unlocked elsewhere": lambda client: client.requests.sign(
        RequestPk(1), ext_unlock_type="biometric", **UNLOCKING
    ),
}


@pytest.mark.parametrize("fault", ["none", "unavailable", "answer_lost", "nowhere"])
@pytest.mark.parametrize("name", ERRORS)
async def test_errors_show_nothing(simulator, nowhere, shown, everything, name, fault):
    """No error repeats what was sent, however the call failed."""
    if fault in {"unavailable", "answer_lost"}:
        setattr(simulator.faults, fault, 1)
    async with OneShotClient(
        nowhere if fault == "nowhere" else simulator.url,
        rao=RaoToken(simulator.token),
        billing=Billing(
            username=simulator.billing_username, password=simulator.billing_password
        ),
        env="sandbox",
        profile="profile",
        registration_authority="3",
        retries=Retries(first_delay=0),
    ) as client:
        with pytest.raises(OneShotError) as caught:
            await ERRORS[name](client)

    error = caught.value
    while error is not None:
        shown.texts += [repr(error), str(error), repr(vars(error))]
        error = error.__cause__
    assert everything().leaks(planted()) == []


@pytest.fixture
async def nowhere():
    """A URL at which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"
