"""A simulator in a thread of its own, and what calls may name in it."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager

import attrs
import pytest
import requests
from schemathesis.transport.serialization import Binary

from oneshot_async.simulator import Features, Simulator
from oneshot_async.simulator.app.openapi import openapi_document
from oneshot_async.simulator.paper import sample_pdf

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000100000001")


def examples_of(document):
    """Return the bodies that the document gives as examples, by operation."""
    return {
        operation["operationId"]: media["example"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for media in operation.get("requestBody", {"content": {}})["content"].values()
        if "example" in media
    }


EXAMPLES = examples_of(openapi_document())
CREDENTIALS = {
    name: value
    for operation in ("tokens.create", "videoid.approve", "videoid.create")
    for name, value in EXAMPLES[operation].items()
    if name in {"username", "password", "pin", "token", "rao"} or "billing" in name
}


@contextmanager
def served(simulator):
    """Run the simulator in a thread, so that the test may block."""
    started = Future()

    async def serve():
        async with simulator:
            stop = asyncio.Event()
            started.set_result((asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    loop, stop = started.result(timeout=10)
    try:
        yield simulator
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@attrs.define
class Known:
    """Puts ids, codes and credentials that the simulator knows into calls."""

    simulator: Simulator
    http: requests.Session
    sample: bytes = attrs.field(factory=sample_pdf)
    pk: int = 0
    pending: int = 0
    reviewed: int = 0

    def put_into(self, case):
        if case.path_parameters:
            name = case.operation.definition.raw["operationId"]
            case.path_parameters = self._ids(name)
        if isinstance(case.body, dict):
            case.body = self._body(case.body)

    def _ids(self, name):
        match name.split("."):
            case "tokens", _:
                return {"uid": self._token()}
            case "images", _:
                return {"uid": self._image()}
            case "videoid", "upload_evidences" | "upload_video":
                return {"pk": self._pending()}
            case "videoid", _:
                return {"pk": self._reviewed()}
            case _, action:
                record = self._ready()
                record.code = None if action == "generate_otp" else record.code
                return {"pk": record.pk, "uid": next(iter(record.documents))}

    def _body(self, body):
        record = self._ready()
        texts = {
            **CREDENTIALS,
            "secret": record.code.digits,
            "scratchcard": record.scratchcard,
        }
        if "secret" in body:
            texts["image"] = self._image()
        files = dict.fromkeys(("file", "file2"), Binary(self.sample))
        return by_document(replaced(body, texts, files), record)

    def _ready(self):
        """Return a request that can be signed."""
        record = self.simulator.requests.get(self.pk)
        if (
            record
            and record.status == "ENROLLREADY"
            and record.code
            and record.documents
        ):
            return record
        created = self._post("/create", data=EXAMPLES["requests.create"])
        self.pk = int(created["details"]["pk"])
        self._post(f"/document/{self.pk}", files={"file": self.sample})
        self._post(f"/otp/{self.pk}")
        return self.simulator.requests[self.pk]

    def _pending(self):
        """Return a Video ID that takes evidence."""
        record = self.simulator.videoids.get(self.pending)
        if record is None or record.complete:
            self.pending = self._identification()
        return self.pending

    def _reviewed(self):
        """Return a Video ID that can be approved or refused."""
        record = self.simulator.videoids.get(self.reviewed)
        if record is None or record.request.status != "VIDEOREVIEW":
            self.reviewed = self._identification()
            evidence = EXAMPLES["videoid.upload_evidences"]
            self._post(f"/videoid/{self.reviewed}/evidences", json=evidence)
            self._post(f"/videoid/{self.reviewed}/video", files={"video": b"video"})
            record = self.simulator.videoids[self.reviewed]
            self.simulator.force(record.request.pk, "VIDEOREVIEW")
        return self.reviewed

    def _identification(self):
        created = self._post("/videoid", json=EXAMPLES["videoid.create"])
        return created["detail"]["videoid_pk"]

    def _token(self):
        with self.http.get(f"{self.simulator.url}/tokens") as answer:
            for uid in answer.json()["details"].keys() - {self.simulator.token}:
                return uid
        body = {"username": self.simulator.rao_username}
        return self._post("/token", json=body)["details"]["token_uid"]

    def _image(self):
        uploaded = self._post("/image", files={"image": PNG})
        return uploaded["details"]["image_uid"]

    def _post(self, path, **body):
        with self.http.post(self.simulator.url + path, **body) as answer:
            assert answer.status_code == 200, answer.text
            return answer.json()


def replaced(value, texts, files, name=None):
    """Return a body with other values for some names, at any depth."""
    match value:
        case dict():
            return {
                name: replaced(inner, texts, files, name)
                for name, inner in value.items()
            }
        case list():
            return [replaced(inner, texts, files) for inner in value]
        case Binary():
            return files.get(name, value)
        case str():
            return texts.get(name, value)
        case _:
            return value


def by_document(body, record):
    """Return a body in which what is said of one document is said of a real one."""
    match body.get("signature_by_doc"):
        case {**sections} if sections:
            uid, section = next(iter(record.documents)), next(iter(sections.values()))
            return body | {"signature_by_doc": {uid: section}}
        case _:
            return body


@pytest.fixture
def document():
    return openapi_document()


@pytest.fixture(scope="package")
def http():
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="package")
def ordinary():
    """A simulator as it is at first, for calls that know nothing of it."""
    with served(Simulator()) as simulator:
        yield simulator


@pytest.fixture(scope="package")
def known(http):
    """What there is in a simulator that offers all there is to offer."""
    features = Features(settings=True, external_authentication=True)
    with served(Simulator(features=features)) as simulator:
        yield Known(simulator, http)
