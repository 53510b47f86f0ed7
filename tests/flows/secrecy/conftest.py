"""Marks in every sensitive place, and everything that is shown, to find them in."""

import asyncio
import base64
import logging
import pickle
import re
import traceback
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import attrs
import pytest

from oneshot_async import (
    Acceptance,
    Appearance,
    Billing,
    Countersignature,
    Evidences,
    OcrData,
    OneShotClient,
    Polling,
    RaoLogin,
    RaoToken,
    Rectangle,
    Retries,
    SavedDocument,
    SecurityChecks,
    SignedDocument,
    Signer,
    models,
)
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Features, Simulator, Timings
from oneshot_async.simulator.accounts import Accounts
from oneshot_async.simulator.paper import sample_pdf

MARK = "XyzzyMark"
TESTS = str(Path(__file__).parents[2])
QUICK = Polling(first=0.02, longest=0.05, deadline=30, settle=0.3)


def mark(name):
    """Return a text that occurs nowhere else, and in which each has the same part."""
    return f"{MARK}{name}"


def image(name):
    return b"\xff\xd8\xff" + mark(name).encode()


SECRET = mark("CallbackSecret")
CODE = "918273"
SIGNER = Signer(
    given_name=mark("GivenName"),
    surname_1=mark("SurnameOne"),
    surname_2=mark("SurnameTwo"),
    id_document_country="ES",
    serial_number=mark("0000T"),
    email=mark("Mail") + "@example.com",
    mobile_phone_number="+34699887766",
    residence=mark("Residence"),
    residence_city=mark("City"),
    residence_postal_code=mark("PostalCode"),
    residence_address=mark("Address"),
    special_conditions=mark("Conditions"),
    document_front=image("Front"),
    document_rear=image("Rear"),
    document_owner=image("Owner"),
    extra_document=image("Extra"),
)
ACCOUNTS = Accounts(
    token=mark("Token"),
    rao_username=mark("Officer"),
    rao_password=mark("Password"),
    rao_pin=mark("Pin"),
    billing_username=mark("Payer"),
    billing_password=mark("BillingPassword"),
)
LOGIN = RaoLogin(
    username=ACCOUNTS.rao_username,
    password=ACCOUNTS.rao_password,
    pin=ACCOUNTS.rao_pin,
)
TOKEN = RaoToken(ACCOUNTS.token, password=LOGIN.password, pin=LOGIN.pin)
BILLING = Billing(
    username=ACCOUNTS.billing_username, password=ACCOUNTS.billing_password
)
WRONG_LOGIN = RaoLogin(
    username=mark("Wronguser"), password=mark("WrongWord"), pin=mark("WrongPin")
)
WRONG_TOKEN = RaoToken(mark("WrongToken"), password="x" + mark("Y"), pin=mark("Z"))
WRONG_BILLING = Billing(username=mark("WrongPayer"), password=mark("WrongPay"))
UNLOCKING = {"ext_unlock_type": "biometric", "ext_unlock_value": mark("UnlockValue")}
LOOK = Appearance(
    text=["%(CN)s", mark("Line")],
    position=Rectangle(300, 30, 500, 100),
    page=0,
    reason=mark("Reason"),
    location=mark("Location"),
)
SECOND = Countersignature(
    username=LOGIN.username, password=LOGIN.password, pin=LOGIN.pin, appearance=LOOK
)
EVIDENCES = Evidences(
    acceptance=Acceptance(
        description="yes",
        ip=mark("Ip"),
        date=1622823879708,
        user_agent=mark("Agent"),
        url_web_videoid="https://example.com/v",
        url_doc_privacypolicy="https://example.com/p",
        url_doc_termsconditions="https://example.com/t",
        custom={"own": mark("Consent")},
    ),
    document_front=image("VideoFront"),
    document_rear=image("VideoRear"),
    document_photo=image("VideoPhoto"),
    document_owner=image("VideoOwner"),
    ocr_data=OcrData(
        given_name=SIGNER.given_name,
        surname_1=SIGNER.surname_1,
        serial_number=SIGNER.serial_number,
        id_document_type="IDC",
        mobile_phone_number=SIGNER.mobile_phone_number,
        email=SIGNER.email,
        custom={"own": mark("Read")},
    ),
    security_checks=SecurityChecks(otp_validation=True, custom={"own": mark("Check")}),
    similarity_level=90,
    custom={"own": mark("Found")},
)
PLANTED = SimpleNamespace(
    mark=mark,
    digits=CODE,
    secret=SECRET,
    signer=SIGNER,
    accounts=ACCOUNTS,
    login=LOGIN,
    token=TOKEN,
    billing=BILLING,
    wrong_login=WRONG_LOGIN,
    wrong_token=WRONG_TOKEN,
    wrong_billing=WRONG_BILLING,
    unlocking=UNLOCKING,
    look=LOOK,
    second=SECOND,
    evidences=EVIDENCES,
)
# What is nothing but digits cannot have the mark.
DIGITS = [CODE, SIGNER.mobile_phone_number, SIGNER.mobile_phone_number[1:]]


@attrs.define
class Shown:
    """Everything that was shown anywhere, and what it must not hold."""

    texts: list = attrs.field(factory=list)
    secrets: list = attrs.field(factory=lambda: [*DIGITS])

    def hide(self, *secrets):
        """Note what the service gave and must not be seen either."""
        self.secrets += [secret for secret in secrets if secret]

    def add(self, *things):
        """Show values in every way in which they show themselves."""
        for thing in things:
            self.texts += [repr(thing), str(thing), f"{thing}", pickled(thing)]
            if isinstance(thing, BaseException):
                self.texts += [repr(vars(thing)), repr(thing.args), *told_by(thing)]

    def progress(self, transfer):
        self.add(transfer)

    def leaks(self):
        """Return what of all that can be read, in whatever writing."""
        whole = "\n".join(self.texts)
        readable = [MARK, *self.secrets]
        forms = {form for text in readable for form in written(text)}
        marks = re.findall(rf".{{0,60}}{MARK}.{{0,40}}", whole, re.IGNORECASE)
        return [*marks, *sorted(form for form in forms if is_in(form, whole))]


def written(text):
    """Yield a text as it is, quoted, in hexadecimal, and in base64 at each offset."""
    raw = text.encode()
    yield from (text, quote(text, safe=""), raw.hex())
    for offset in range(3):
        if len(raw) > 8:
            padded = base64.b64encode(bytes(offset) + raw).decode()
            yield padded[4:-4] if offset else padded[:-4]


def is_in(text, whole):
    """Tell whether a text is shown; digits within an address or a time do not count."""
    if not text.isdecimal():
        return text in whole
    return re.search(rf"(?<![\da-f.]){text}(?![\da-f])", whole) is not None


# What is about a person, or a document, is that in a pickle too.
OPEN = (
    models.Acceptance,
    models.Appearance,
    models.DocumentRef,
    models.Evidences,
    models.HashedDocument,
    models.OcrData,
    models.Request,
    models.Reply,
    models.RequestUpdate,
    SavedDocument,
    SignedDocument,
    models.SignatureParameters,
    models.Signer,
    models.Token,
    models.Transfer,
)


def pickled(thing):
    """Return what a pickle of a thing would show, if it lets itself be pickled."""
    if isinstance(thing, OPEN) or "simulator" in type(thing).__module__:
        return ""
    try:
        return repr(pickle.dumps(thing))
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        return f"{error!r} {vars(error)}"


def told_by(error):
    """Return an error's traceback with the values of local variables, chain and all.

    The values in the tests' own frames are left out: there they are planted.
    """
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    todo = [told]
    while todo:
        this = todo.pop()
        todo += [*filter(None, (this.__cause__, this.__context__))]
        todo += this.exceptions or []
        this.stack[:] = map(without_its_line, this.stack)
    return list(told.format())


def without_its_line(frame):
    bare = traceback.FrameSummary(frame.filename, frame.lineno, frame.name, line="")
    bare.locals = None if frame.filename.startswith(TESTS) else frame.locals
    return bare


def arguments_of(record):
    """Return a record's arguments, without times: their digits are any number's."""
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    return [argument for argument in given if not isinstance(argument, float)]


@pytest.fixture
def planted():
    """The values in which every sensitive field has a mark, and what makes marks."""
    return PLANTED


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
def shown(caplog, capfd, recwarn):
    """What was shown, wherever it went."""
    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict]:
        if name.startswith(("aiohttp", "oneshot_async", "asyncio")):
            caplog.set_level(logging.DEBUG, name)
    return Shown()


@pytest.fixture
def everything(shown, caplog, capfd, recwarn):
    """A function that returns what was shown, wherever it went."""

    def collect():
        written = capfd.readouterr()
        shown.texts += [written.out, written.err, *map(str, recwarn)]
        for record in caplog.records:
            told = f"{record.getMessage()} {arguments_of(record)} {record.exc_text}"
            shown.texts.append(told)
            if record.exc_info and record.exc_info[1]:
                shown.texts += told_by(record.exc_info[1])
        return shown

    return collect


@pytest.fixture
def pdf(tmp_path):
    """A document with marks in its name and in its bytes."""
    path = tmp_path / f"{mark('Name')}.pdf"
    path.write_bytes(sample_pdf() + b"%" + mark("Content").encode())
    return path


@pytest.fixture
async def simulator():
    timings = Timings(approval=0.02, review=0.02, issue=0.02, file_skew=0.02)
    features = Features(external_authentication=True, settings=True)
    running = Simulator(timings=timings, features=features)
    running.accounts = ACCOUNTS
    async with running:
        yield running


@pytest.fixture
async def receiver(inbox):
    async with Receiver(inbox, secrets=[SECRET]) as running:
        yield running


@pytest.fixture
async def connect(simulator):
    """A function that opens clients, of the simulator unless told otherwise."""
    async with AsyncExitStack() as opened:

        async def open_one(url=None, **options):
            client = OneShotClient(
                url or simulator.url,
                **{
                    "rao": TOKEN,
                    "billing": BILLING,
                    "env": "sandbox",
                    "profile": "profile",
                    "registration_authority": "3",
                    "polling": QUICK,
                    "retries": Retries(first_delay=0, attempts=2),
                }
                | options,
            )
            return await opened.enter_async_context(client)

        yield open_one


@pytest.fixture
async def nowhere():
    """A URL at which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"
