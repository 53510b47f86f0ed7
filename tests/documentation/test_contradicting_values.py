"""Where the documentation contradicts itself: the second half, about values."""

import base64
import json
import re
from itertools import chain
from pathlib import Path

import attrs
import pytest

from oneshot_async import (
    Appearance,
    IdDocumentType,
    Rectangle,
    SignatureParameters,
    SimilarityLevel,
    hash_document,
)
from oneshot_async.errors import (
    BadRequestError,
    InvalidInputError,
    InvalidStatusError,
    NotFoundError,
    OtpTooSoonError,
)
from oneshot_async.receiver import parse_callback

CREATED = {"details": {"videoid_pk": 1, "request_pk": 7, "pk": 7}}


def request(**fields):
    return {"secrets": {}, "request": {"pk": 7, "status": "CREATED", **fields}}


def test_18_request_and_certificates_of_a_callback():
    """A request as object or number, certificates as list or object: it is the same."""
    new = (
        b'{"request": {"pk": 7, "status": "ISSUED"}, "certificates": [{"status": "V"}]}'
    )
    old = b'{"request": 7, "status": "ISSUED", "certificates": {"status": "V"}}'
    read, same = parse_callback(new), parse_callback(old)

    assert (read.pk, read.status, read.certificates[0].status) == (7, "ISSUED", "V")
    assert attrs.evolve(same, raw=read.raw) == read


@pytest.mark.parametrize("level", ["BES", "BASIC", "LTV"])
async def test_19_level_bes_or_basic(client, listener, level):
    """A level is sent in the word that was given, as no list of them can be trusted."""
    await client.requests.sign(7, "123456", signature=SignatureParameters(level=level))

    assert listener.json["signature"] == {"level": level}


async def test_20_digest_and_its_algorithm(client, listener):
    """A digest goes under the newer name, whole, and as base64 that can be decoded."""
    listener.answer = {"detail": {"uid": "u"}}
    document = await hash_document(b"%PDF")
    await client.documents.upload(7, document)
    newer = listener.form["hashfile"].decode()
    await client.documents.upload(7, attrs.evolve(document, algorithm="sha256"))
    older = listener.form["hashfile"].decode()

    sent = json.loads(newer)
    assert sent["digestAlgorithm"] == "sha256WithRSAEncryption"
    assert base64.b64decode(sent["messageDigest"], validate=True)[-32:] == (
        document.digest
    )
    assert json.loads(older) == {**sent, "digestAlgorithm": "sha256"}


@pytest.mark.parametrize("level", [SimilarityLevel.HIGH, 87])
@pytest.mark.parametrize("date", [1622823879708, "2021-06-04T16:24:39Z"])
async def test_21_level_and_date_as_number_or_text(
    client, listener, given, level, date
):
    """Level and date go as they are given, the checks as one object, ES as a text."""
    accepted = attrs.evolve(given.evidences.acceptance, date=date)
    evidences = attrs.evolve(
        given.evidences, acceptance=accepted, similarity_level=level
    )
    await client.videoid.upload_evidences(1, evidences)

    sent = listener.json["videoid_data"]
    assert (sent["similarity_level"], listener.json["acceptance"]["date"]) == (
        level,
        date,
    )
    assert sent["security_checks"]["liveliness"] is True
    assert sent["ocr_data"]["id_document_country"] == "ES"


async def test_22_videoid_or_request_in_the_path(client, listener, given):
    """Everything about a Video ID goes to its own number, by the newer paths."""
    created = await _videoid(client, listener, CREATED)
    await client.videoid.upload_evidences(created.videoid_pk, given.evidences)
    await client.videoid.upload_video(created.videoid_pk, b"MP4")
    await client.videoid.download_video(created.videoid_pk)
    await client.videoid.approve(created.videoid_pk, rao_id="1400")
    await client.videoid.refuse(created.videoid_pk, rao_id="1400", reason="blurred")

    assert listener.calls[1:] == [
        "POST /videoid/1/evidences",
        "POST /videoid/1/video",
        "GET /videoid/1/download/video",
        "POST /videoid/1/approve",
        "POST /videoid/1/refuse",
    ]


async def _videoid(client, listener, answer):
    listener.answer = answer
    return await client.videoid.create(mobile_phone_number="+34", email="a@b.es")


@pytest.mark.parametrize("rao_id", [972, "972"])
async def test_23_rao_as_text_or_number(client, listener, rao_id):
    """An officer's id is read from either, and sent as a text under its short name."""
    listener.answer = {"details": {"rao_id": rao_id}}
    token = await client.tokens.get("t")
    await client.videoid.approve(1, rao_id=token.rao_id)

    assert listener.json["rao"] == "972"
    assert "rao_id" not in listener.json


async def test_24_page_position_and_time_zone(client, listener):
    """A page is a number, a position has no blanks, and time zones must exist."""
    look = Appearance(page=0, position=Rectangle(1, 2, 3, 4), horizontal=True)
    await client.requests.sign(
        7, "123456", signature=SignatureParameters(appearance=look)
    )
    nowhere = attrs.evolve(look, timezone="Europe/Barcelona")

    with pytest.raises(InvalidInputError, match="Europe/Barcelona"):
        await client.requests.sign(
            7, "123456", signature=SignatureParameters(appearance=nowhere)
        )
    assert listener.json["signature"]["appearance"] == {
        "page": 0,
        "position": "1,2,3,4",
        "horizontal": True,
    }


@pytest.mark.parametrize(
    ("status", "details", "error"),
    [
        ("404 Not Found", "Request 7 not found", NotFoundError),
        ("404 Not found", "Request 7 not found", NotFoundError),
        ("Invalid JSON", "Could not parse JSON body", BadRequestError),
        ("412", "Error occured: Otp generated less than a minute ago", OtpTooSoonError),
        (
            "412",
            "Error occurred: OTP generated less than a minute ago",
            OtpTooSoonError,
        ),
    ],
)
async def test_25_status_of_a_refusal(client, listener, status, details, error):
    """A code in the body goes before HTTP's, in any case and spelling around it."""
    listener.answer, listener.status = {"status": status, "details": details}, 400

    with pytest.raises(error) as caught:
        await client.requests.generate_otp(7)
    assert caught.value.message == details


async def test_26_kind_of_document_that_does_not_exist(client, listener):
    """A misspelled kind of document is kept as it is spelled."""
    listener.answer = request(id_document_type="IDwC")
    odd = await client.requests.get(7)
    listener.answer = request(id_document_type="IDC")

    assert odd.id_document_type == "IDwC"
    assert (await client.requests.get(7)).id_document_type is IdDocumentType.IDC


@pytest.mark.parametrize("number", [3, "3"])
async def test_27_authority_and_scratchcard(client, listener, given, number):
    """Both are texts here, whatever they came as, and are sent as texts."""
    listener.answer = request(registration_authority=number, scratchcard=number)
    found = await client.requests.get(7)
    update = attrs.evolve(
        given.update,
        registration_authority=found.registration_authority,
        scratchcard=found.scratchcard,
    )
    listener.answer = {"pk": 7, "status": "CREATED"}
    await client.requests.update(7, update)

    sent = listener.json
    assert (sent["registration_authority"], sent["scratchcard"]) == ("3", "3")


@pytest.mark.parametrize("requests", [100427, [100427], "100427,"])
async def test_28_requests_as_number_or_list(client, listener, requests):
    """The request of a Video ID is found alone and in a list of one."""
    answer = {"detail": {"pk": 10738, "requests": requests}}
    created = await _videoid(client, listener, answer)

    assert (created.videoid_pk, created.request_pk) == (10738, 100427)


async def test_29_status_refused_before_and_after(client, listener):
    """That a code cannot be sent in this status is told, and not guessed from why."""
    words = "Error occured during OTP generation: Invalid request status"
    listener.answer = {"status": "412 Precondition Failed", "details": words}

    with pytest.raises(InvalidStatusError) as caught:
        await client.requests.generate_otp(7)
    assert type(caught.value) is InvalidStatusError


async def test_30_callback_in_a_call_or_at_the_authority(client, listener, given):
    """A callback URL is sent with an asynchronous create, and nowhere else."""
    listener.answer, url = CREATED, "https://callback.example.com/"
    with pytest.raises(InvalidInputError, match="useasync"):
        await client.requests.create(given.person, callback=url)
    await client.requests.create(given.person, callback=url, useasync=True)
    await _videoid(client, listener, CREATED)

    assert listener.form["callback"].decode() == url
    assert not {"callback", "webhook_url"} & listener.json.keys()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "success", "message": "Request 100880 deleted"},
        {"status": "200 OK", "details": "Request directory removed successfully"},
        {"status": "success", "message": "Request 100880 cancelled"},
    ],
)
async def test_31_cancelled_or_deleted(client, listener, answer):
    """A cancellation promises no more than that the service took it."""
    listener.answer = answer

    assert await client.requests.cancel(100880) is None


async def test_32_officer_of_the_prose_or_of_the_json(client, listener):
    """A token's officer is the one in the JSON; what a note says is kept beside it."""
    entry = {"username": "1000001", "NOTE": "demo token of 1000002"}
    listener.answer = {"details": {"t": entry}}
    token = (await client.tokens.list())["t"]

    assert token.username == "1000001"
    assert token.extra == {"NOTE": "demo token of 1000002"}


@pytest.mark.parametrize("element", [2, "2"])
@pytest.mark.parametrize("size", ["128012", [1920, 1080]])
async def test_33_secure_element_and_size(client, listener, element, size):
    """A secure element is a text here; an image's size is handed on as it came."""
    listener.answer = request(secure_element=element)
    found = await client.requests.get(7)
    listener.answer = {"details": {"u": {"size": size}}}
    image = (await client.images.list())["u"]

    assert (found.secure_element, image.size) == ("2", size)


async def test_34_commas_and_quotes(client, listener):
    """What is sent is whole JSON, with commas and quotes in its texts or without."""
    lines = ['Signed "here", by', "%(CN)s, it's", "\\ \u2028 ñ"]
    look = Appearance(text=lines)
    await client.requests.sign(
        7, "123456", signature=SignatureParameters(appearance=look)
    )

    assert listener.json["signature"]["appearance"]["text"] == lines


def test_each_contradiction_has_its_test():
    """The 34 contradictions are numbered, and none is passed over."""
    here = Path(__file__).parent.glob("test_contradict*.py")
    found = [re.findall(r"def test_(\d\d)_", path.read_text()) for path in here]

    assert sorted(map(int, chain(*found))) == list(range(1, 35))
