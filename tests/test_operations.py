"""Every operation of the API: who sends it, who serves it and who tests it."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import attrs
import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from oneshot_async import (
    Acceptance,
    Evidences,
    OcrData,
    OneShotClient,
    RaoToken,
    RequestUpdate,
    SecurityChecks,
    Signer,
    resources,
)
from oneshot_async._wire import Operation
from oneshot_async.errors import AmbiguousOutcomeError, UnexpectedResponseError
from oneshot_async.simulator import app

T = TypeVar("T")
HERE = Path(__file__).parent
IDS = {"request_pk": 7, "videoid_pk": 8}
UID = "u-1"


def filled(kind: type[T], **values: Any) -> T:
    """Make a model of which every other mandatory field holds any text."""
    mandatory = [
        field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING
    ]
    return kind(**dict.fromkeys(mandatory, "x") | values)


CONTACT = {"mobile_phone_number": "+34600000000", "email": "ada@example.com"}
IMAGES = ("document_front", "document_rear", "document_photo", "document_owner")
SIGNER = filled(Signer, id_document_country="ES", **CONTACT)
EVIDENCES = filled(
    Evidences,
    acceptance=filled(Acceptance),
    ocr_data=filled(OcrData, id_document_type="IDC"),
    security_checks=SecurityChecks(),
    **dict.fromkeys(IMAGES, b"x"),
)


@attrs.frozen
class Row:
    """An operation, the method that sends it, and its tests.

    Args:
        given: what the method takes after the ids in the path.
        holds: the contract test that asks whether it does what is documented.
        sends: the test of what its body holds, if it has one.
        sure: how well it is documented, in the words of the README.
    """

    operation: str
    method: str
    given: tuple[Any, ...] = ()
    named: dict[str, Any] = attrs.field(factory=dict[str, Any], kw_only=True)
    holds: str = attrs.field(kw_only=True)
    sends: str | None = attrs.field(default=None, kw_only=True)
    sure: str = attrs.field(default="documented", kw_only=True)

    @property
    def ids(self) -> list[str | int]:
        """Return an id for each place in the path."""
        return [IDS.get(name, UID) for name in re.findall(r"{(\w+)}", self.operation)]

    @property
    def line(self) -> str:
        """Return the method and path that a call with these ids sends."""
        return re.sub(r"{\w+}", "{}", self.operation).format(*self.ids)


TABLE = [
    Row("POST /create", "requests.create", (SIGNER,),
        holds="requests/create_answers_with_an_envelope",
        sends="create/create_sends_the_whole_form"),
    Row("GET /request/{request_pk}", "requests.get",
        holds="requests/request_comes_without_an_envelope"),
    Row("PUT /request/{request_pk}", "requests.update", (filled(RequestUpdate),),
        holds="videoid/update_answers_the_bare_request",
        sends="sent/update_sends_all_that_is_given"),
    Row("DELETE /request/{request_pk}", "requests.cancel",
        sure="in part",
        holds="requests/cancelled_request_is_cancelled_or_gone"),
    Row("GET /contract/{request_pk}", "requests.contract",
        holds="requests/contract_is_a_pdf"),
    Row("POST /otp/{request_pk}", "requests.generate_otp",
        holds="signing/code_is_on_its_way",
        sends="requests/code_goes_the_way_that_is_asked_for"),
    Row("POST /sign/{request_pk}", "requests.sign", ("123456",),
        holds="signing/signature_is_acknowledged",
        sends="sent/signature_sends_all_parameters"),
    Row("POST /document/{request_pk}", "documents.upload", (b"%PDF",),
        holds="documents/one_document_is_acknowledged_by_an_object",
        sends="sent/documents_and_digests_are_named_apart"),
    Row("GET /document/{request_pk}/{document_uid}", "documents.download",
        holds="documents/original_can_be_fetched"),
    Row("DELETE /document/{request_pk}/{document_uid}", "documents.delete",
        sure="in part",
        holds="documents/deleted_document_is_not_found"),
    Row("DELETE /document/{request_pk}", "documents.delete_all",
        holds="documents/all_documents_are_deleted_at_once"),
    Row("POST /token", "tokens.create", ("officer",),
        holds="tokens/create_answers_a_uid",
        sends="sent/token_may_have_all_credentials"),
    Row("GET /token/{token_uid}", "tokens.get",
        sure="sibling",
        holds="tokens/token_in_use_is_described"),
    Row("DELETE /token/{token_uid}", "tokens.delete",
        sure="sibling",
        holds="tokens/deleted_token_is_not_found"),
    Row("GET /tokens", "tokens.list",
        sure="in part",
        holds="tokens/tokens_are_listed"),
    Row("POST /image", "images.upload", (b"PNG",),
        holds="images/upload_answers_a_uid",
        sends="sent/image_is_the_only_part"),
    Row("GET /image/{image_uid}", "images.get",
        holds="images/image_is_a_png"),
    Row("DELETE /image/{image_uid}", "images.delete",
        sure="in part",
        holds="images/deleted_image_is_not_found"),
    Row("GET /images", "images.list",
        sure="older",
        holds="images/list_is_by_uid_if_there_is_one"),
    Row("DELETE /images", "images.delete_all",
        sure="older",
        holds="images/all_images_can_be_deleted"),
    Row("POST /videoid", "videoid.create",
        named=CONTACT,
        sure="in part",
        holds="videoid/create_answers_two_numbers_and_a_link",
        sends="sent_videoid/videoid_is_created_by_whoever_pays"),
    Row("POST /videoid/{videoid_pk}/evidences", "videoid.upload_evidences",
        (EVIDENCES,),
        sure="in part",
        holds="videoid/video_can_be_fetched",
        sends="sent_videoid/evidence_is_sent_as_json"),
    Row("POST /videoid/{videoid_pk}/video", "videoid.upload_video", (b"ftyp",),
        sure="in part",
        holds="videoid/video_can_be_fetched",
        sends="sent_videoid/video_is_the_only_part"),
    Row("GET /videoid/{videoid_pk}/download/video", "videoid.download_video",
        sure="older",
        holds="videoid/video_can_be_fetched"),
    Row("POST /videoid/{videoid_pk}/approve", "videoid.approve",
        named={"rao_id": "1"},
        sure="in part",
        holds="videoid/approval_makes_the_request_ready",
        sends="sent_videoid/officer_decides_on_a_videoid"),
    Row("POST /videoid/{videoid_pk}/refuse", "videoid.refuse",
        named={"rao_id": "1", "reason": "x"},
        sure="in part",
        holds="videoid/refusal_cancels_the_request",
        sends="sent_videoid/officer_decides_on_a_videoid"),
    Row("GET /hello", "settings.hello",
        sure="older",
        holds="settings/greeting_is_answered_or_not_found"),
    Row("GET /version", "settings.version",
        sure="older",
        holds="settings/version_is_told_or_not_found"),
    Row("GET /settings", "settings.get",
        sure="older",
        holds="settings/settings_are_told_or_not_found"),
    Row("POST /settings", "settings.update", ({},),
        sure="older",
        holds="settings/settings_are_taken_or_not_found",
        sends="sent/settings_are_sent_by_section"),
]  # fmt: skip
each_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation)


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{info.name}")


def test_every_operation_is_listed() -> None:
    """The operations that the client knows are those of the table."""
    known = [
        value.name
        for module in modules_in(resources)
        for value in vars(module).values()
        if isinstance(value, Operation)
    ]

    assert sorted(known) == sorted(row.operation for row in TABLE)


def test_every_method_is_listed() -> None:
    """Each public method of a tag is one operation."""
    methods = [
        f"{tag}.{name}"
        for tag, kind in OneShotClient.__annotations__.items()
        for name in vars(kind)
        if not name.startswith("_")
    ]

    assert sorted(methods) == sorted(row.method for row in TABLE)


def test_the_readme_has_the_table() -> None:
    """Its methods, operations and how sure we are of each are those of the table."""
    readme = (HERE.parent / "README.md").read_text()
    shown = re.findall(r"^\| `(\w+\.\w+)` \| `(\w+ /.*)` \| (.*) \|$", readme, re.M)

    assert shown == [(row.method, row.operation, row.sure) for row in TABLE]


def served() -> Iterator[re.Pattern[str]]:
    """Yield the method and the pattern of the path of each route of the simulator."""
    for module in modules_in(app):
        for route in getattr(module, "ROUTES", ()):
            digits = re.sub(r"{\w+:(.+?)}", r"\1", route.path)
            path = re.sub(r"{\w+}", "[^/]+", digits)
            yield re.compile(f"{route.method} {path}")


def test_the_simulator_serves_what_is_listed() -> None:
    """Each operation has a handler in the simulator, and each handler an operation."""
    lines = sorted(row.line for row in TABLE)

    serving = [list(filter(pattern.fullmatch, lines)) for pattern in served()]

    assert sorted(serving) == [[line] for line in lines]


@attrs.define
class Recorder:
    """Keeps the line and the body of the last call."""

    url: str = ""
    line: str = ""
    body: bytes = b""

    async def take(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/oneshot/api/v1")
        self.line, self.body = f"{request.method} {path}", await request.read()
        return web.json_response({"status": "success", "details": {}})


@pytest.fixture
async def recorder(aiohttp_server: AiohttpServer) -> Recorder:
    recorder = Recorder()
    listening = web.Application()
    listening.router.add_route("*", "/{path:.*}", recorder.take)
    recorder.url = str((await aiohttp_server(listening)).make_url("/"))
    return recorder


@each_row
async def test_method_sends_its_operation(row: Row, recorder: Recorder) -> None:
    """The client's method sends this method and path, and a body where it has one."""
    async with OneShotClient(
        recorder.url,
        rao=RaoToken("token"),
        registration_authority="3",
        profile="profile",
    ) as client:
        # What comes back, and makes no sense, is another test's.
        with suppress(UnexpectedResponseError, AmbiguousOutcomeError):
            await attrgetter(row.method)(client)(*row.ids, *row.given, **row.named)

    assert recorder.line == row.line
    assert bool(recorder.body) == bool(row.sends)


@cache
def functions_in(file: Path) -> dict[str, ast.AsyncFunctionDef | ast.FunctionDef]:
    found = ast.walk(ast.parse(file.read_text()))
    kinds = (ast.AsyncFunctionDef, ast.FunctionDef)
    return {node.name: node for node in found if isinstance(node, kinds)}


def names_used_by(folder: str, test: str) -> set[str]:
    """Return the dotted names in a test and in the fixtures that it asks for."""
    file, function = (f"test_{part}" for part in test.split("/"))
    path = HERE / folder / f"{file}.py"
    known = {**functions_in(path.with_name("conftest.py")), **functions_in(path)}
    reached, waiting = set(), [function]
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            waiting += [argument.arg for argument in known[name].args.args]
    nodes = [node for name in reached for node in ast.walk(known[name])]
    return {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


@each_row
def test_operation_has_a_contract_test(row: Row) -> None:
    """A contract test calls the method; on the simulator and on a real Optimizer."""
    assert f"client.{row.method}" in names_used_by("contract", row.holds)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.sends], ids=lambda row: row.operation
)
def test_body_has_a_test(row: Row) -> None:
    """A test calls the method and looks at what arrived."""
    names = names_used_by("resources", str(row.sends))

    assert any(name.endswith(f".{row.method}") for name in names)
    assert names & {"listener.json", "listener.form", "listener.parts"}
