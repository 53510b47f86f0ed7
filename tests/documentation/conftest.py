"""The documented samples in ``tests/data``, and the calls that they belong to."""

import json
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest

from oneshot_async import (
    Acceptance,
    Appearance,
    Billing,
    Countersignature,
    Evidences,
    IdDocumentType,
    OcrData,
    RaoToken,
    RequestUpdate,
    Retries,
    SecurityChecks,
    SignatureParameters,
    Signer,
    SimilarityLevel,
)
from oneshot_async._wire import Operation
from oneshot_async.errors import OneShotError

DATA = Path(__file__).parents[1] / "data"
FOLDERS = {
    "requested": "requests",
    "answered": "responses",
    "refused": "errors",
    "called_back": "callbacks",
}
"""The fixture that each folder's samples come through."""
TAGS = ("documents", "images", "requests", "settings", "tokens", "videoid")

TOKEN = "00000000-0000-4000-8000-00000000a001"
DOCUMENT = "00000000-0000-4000-8000-00000000d001"
IMAGE = "00000000-0000-4000-8000-00000000e001"
SECRET, WORD, PIN = "052174", "hidden-word", "hidden-pin"
RAO = RaoToken(TOKEN, password=WORD, pin=PIN)
BILLING = Billing(username="payer", password="pässword")
SECRETS = [TOKEN, SECRET, WORD, PIN, BILLING.password, *BILLING.fields().values()]

PERSON = Signer(
    given_name="Nombre",
    surname_1="Apellido1",
    id_document_country="ES",
    serial_number="0000000T",
    email="name@example.com",
    mobile_phone_number="+34600000000",
)
EVIDENCES = Evidences(
    acceptance=Acceptance(
        description="I accept",
        ip="192.0.2.1",
        date=1622823879708,
        user_agent="Browser/1.0",
        url_web_videoid="https://video.example.com",
        url_doc_privacypolicy="https://example.com/privacy",
        url_doc_termsconditions="https://example.com/terms",
    ),
    document_front=b"document_front",
    document_rear=b"document_rear",
    document_photo=b"document_photo",
    document_owner=b"document_owner",
    ocr_data=OcrData(
        given_name="Nombre",
        surname_1="Apellido1",
        surname_2="Apellido2",
        serial_number="0000000T",
        email="name@example.com",
        mobile_phone_number="+34600000000",
        id_document_type=IdDocumentType.IDC,
        id_document_country="ES",
    ),
    security_checks=SecurityChecks(
        otp_validation=True,
        documents_match=True,
        data_integrity=True,
        document_notcopy=True,
        document_notexpired=True,
        document_notunderage=True,
        liveliness=True,
    ),
    similarity_level=SimilarityLevel.HIGH,
)
UPDATE = RequestUpdate(
    scratchcard="1000001",
    email="name@example.com",
    registration_authority="3",
    profile="PFnubeQBCRCiudadano",
    country_name="ES",
)
SIGNATURE = {
    "signature": SignatureParameters(appearance=Appearance(image=IMAGE)),
    "countersignature": Countersignature(username="signer", password=WORD, pin=PIN),
}
CALLS = {
    "POST /create": lambda client: client.requests.create(PERSON),
    "GET /request/{request_pk}": lambda client: client.requests.get(7),
    "PUT /request/{request_pk}": lambda client: client.requests.update(7, UPDATE),
    "DELETE /request/{request_pk}": lambda client: client.requests.cancel(7),
    "GET /contract/{request_pk}": lambda client: client.requests.contract(7),
    "POST /otp/{request_pk}": lambda client: client.requests.generate_otp(7),
    "POST /sign/{request_pk}": lambda client: client.requests.sign(
        7, SECRET, **SIGNATURE
    ),
    "POST /document/{request_pk}": lambda client: client.documents.upload(7, b"%PDF"),
    "GET /document/{request_pk}/{document_uid}": lambda client: (
        client.documents.download(7, DOCUMENT)
    ),
    "DELETE /document/{request_pk}/{document_uid}": lambda client: (
        client.documents.delete(7, DOCUMENT)
    ),
    "DELETE /document/{request_pk}": lambda client: client.documents.delete_all(7),
    "POST /token": lambda client: client.tokens.create("1000001", password=WORD),
    "GET /token/{token_uid}": lambda client: client.tokens.get(TOKEN),
    "DELETE /token/{token_uid}": lambda client: client.tokens.delete(TOKEN),
    "GET /tokens": lambda client: client.tokens.list(),
    "POST /image": lambda client: client.images.upload(b"PNG"),
    "GET /image/{image_uid}": lambda client: client.images.get(IMAGE),
    "DELETE /image/{image_uid}": lambda client: client.images.delete(IMAGE),
    "GET /images": lambda client: client.images.list(),
    "DELETE /images": lambda client: client.images.delete_all(),
    "POST /videoid": lambda client: client.videoid.create(
        mobile_phone_number="+34600000000", email="name@example.com"
    ),
    "POST /videoid/{videoid_pk}/evidences": lambda client: (
        client.videoid.upload_evidences(7, EVIDENCES)
    ),
    "POST /videoid/{videoid_pk}/video": lambda client: client.videoid.upload_video(
        7, b"MP4"
    ),
    "GET /videoid/{videoid_pk}/download/video": lambda client: (
        client.videoid.download_video(7)
    ),
    "POST /videoid/{videoid_pk}/approve": lambda client: client.videoid.approve(
        7, rao_id="1400"
    ),
    "POST /videoid/{videoid_pk}/refuse": lambda client: client.videoid.refuse(
        7, reason="not readable", rao_id="1400"
    ),
    "GET /hello": lambda client: client.settings.hello(),
    "GET /version": lambda client: client.settings.version(),
    "GET /settings": lambda client: client.settings.get(),
    "POST /settings": lambda client: client.settings.update({"tsa": {}}),
}
"""Each operation, called as an application calls it."""


@attrs.frozen
class Sample:
    """One sample, with what is expected of it."""

    path: Path
    operation: str
    generation: str
    expected: object = None
    status: int = 200
    content_type: str = "application/json"
    body: object = None
    raw: str | None = None
    form: dict | None = None
    documents: int = 1
    documented_for: str = ""
    note: str = ""

    @property
    def name(self):
        return self.path.stem

    @property
    def expects(self):
        """What is expected, with the bytes of a file that it names in its place."""
        match self.expected:
            case {"bytes": name}:
                return self.path.with_name(name).read_bytes()
            case told:
                return told

    @property
    def content(self):
        """Its body as it travels."""
        if self.raw is not None:
            return self.path.with_name(self.raw).read_bytes()
        return json.dumps(self.body).encode()


def samples(folder):
    found = sorted((DATA / folder).glob("*.json"))
    if not found:
        raise pytest.UsageError(f"there are no samples in {DATA / folder}")
    return [Sample(path, **json.loads(path.read_text("utf-8"))) for path in found]


def pytest_generate_tests(metafunc):
    """Run a test that asks for a folder's samples once with each of them."""
    for fixture, folder in FOLDERS.items():
        if fixture in metafunc.fixturenames:
            read = samples(folder)
            metafunc.parametrize(fixture, read, ids=[sample.name for sample in read])


@pytest.fixture(scope="session")
def data():
    """All samples by their folders."""
    return {folder: samples(folder) for folder in FOLDERS.values()}


@pytest.fixture(scope="session")
def files():
    """All files there are by their folders."""
    return {folder.name: set(folder.iterdir()) for folder in DATA.glob("*/")}


@pytest.fixture(scope="session")
def operations():
    """All operations of the client."""
    modules = [import_module(f"oneshot_async.resources.{tag}") for tag in TAGS]
    found = [value for module in modules for value in vars(module).values()]
    return {value.name for value in found if isinstance(value, Operation)}


@pytest.fixture
async def client(open_client):
    """A client of the listener with all defaults, which calls once."""
    return await open_client(
        rao=RAO,
        billing=BILLING,
        env="sandbox",
        profile="PFnubeQAFCiudadano",
        registration_authority="3",
        retries=Retries(attempts=1),
    )


@pytest.fixture
def ask(listener, client):
    """A function that calls what a sample answers: its result, or its error."""

    async def asked(sample):
        listener.answer = sample.content
        listener.status, listener.content_type = sample.status, sample.content_type
        try:
            if sample.documents > 1:
                return await client.documents.upload(7, *[b"%PDF"] * sample.documents)
            return await CALLS[sample.operation](client)
        except OneShotError as error:
            return error

    return asked


@pytest.fixture(scope="session")
def secrets():
    return SECRETS


@pytest.fixture
def given(tmp_path):
    return SimpleNamespace(
        person=PERSON, update=UPDATE, evidences=EVIDENCES, folder=tmp_path
    )


@pytest.fixture
def told():
    """A function that tells a result as a sample's ``expected`` does."""
    return _told


def _told(value):
    if isinstance(value, OneShotError):
        return {type(value).__name__: {"message": str(value)}}
    if attrs.has(type(value)):
        return {type(value).__name__: _told(_given(value))}
    if isinstance(value, dict):
        return {name: _told(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_told(entry) for entry in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _given(model):
    """Return the fields that are not at their default; of what is extra the names."""
    fields = attrs.fields(type(model))
    values = {field.name: getattr(model, field.name) for field in fields}
    given = {f.name: values[f.name] for f in fields if values[f.name] != _default(f)}
    given.pop("raw", None)
    return {**given, "extra": sorted(given["extra"])} if "extra" in given else given


def _default(field):
    is_made = isinstance(field.default, attrs.Factory)
    return field.default.factory() if is_made else field.default
