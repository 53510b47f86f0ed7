"""Signing: in both modes, and what is refused."""

import asyncio
import threading

import pytest

from oneshot_async.simulator import optimizer
from oneshot_async.simulator.signatures import sign_documents
from oneshot_async.verification import verify_pdf

NOBODY = "00000000-0000-4000-8000-000000000000"
APPEARANCE = {"text": ["%(CN)s"], "position": "30,100,265,180", "page": 0}


async def test_sign_answers_when_all_is_signed(api, ready):
    """Without useasync the signed file is there on return."""
    (uid,) = api.simulator.requests[ready].documents

    reply = await api.sign(ready, secret=await api.code(ready))
    signed = await api.call("GET", f"/document/{ready}/{uid}?document_type=signed")

    assert reply.body == {
        "status": "success",
        "message": f"Signature process for Request {ready} completed",
        "detail": {"request": ready, "documents": {}},
    }
    assert b"/ByteRange" in signed.body
    assert api.simulator.requests[ready].status == "ISSUED"


async def test_asynchronous_sign_issues_later(api, sample, settle):
    """With useasync first the certificate shows up, then the signed file."""
    clock, timings = api.simulator.clock, api.simulator.timings
    pk = await api.create(useasync="true")
    await settle()
    clock.advance(timings.approval)
    await settle()
    uid = await api.upload(pk, sample)

    reply = await api.sign(pk, secret=await api.code(pk))
    statuses = [api.simulator.requests[pk].status]
    await settle()
    clock.advance(timings.issue)
    await settle()
    statuses.append(api.simulator.requests[pk].status)
    missing = await api.call("GET", f"/document/{pk}/{uid}?document_type=signed")
    clock.advance(timings.file_skew)
    there = await api.call("GET", f"/document/{pk}/{uid}?document_type=signed")

    assert reply.body["message"] == "Your documents are going to be signed"
    assert statuses == ["ENROLLREADY", "ISSUED"]
    assert missing.refusal == (404, "Document not found")
    assert b"/ByteRange" in there.body


async def test_sign_twice_is_refused(api, ready):
    """What has been signed is not signed again."""
    code = await api.code(ready)
    await api.sign(ready, secret=code)

    again = await api.sign(ready, secret=code)
    cancelled = await api.call("DELETE", f"/request/{ready}")
    expected = (412, "Request already in ISSUED status")

    assert again.refusal == expected
    assert cancelled.refusal == expected


async def test_asynchronous_sign_refuses_before_it_answers(api, ready):
    """What cannot be signed is refused in the answer of the asynchronous mode too."""
    api.simulator.requests[ready].asynchronous = True
    code = await api.code(ready)
    wrong = {"appearance": APPEARANCE | {"page": 99}}

    refused = await api.sign(ready, secret=code, signature=wrong)
    taken = await api.sign(ready, secret=code)

    assert refused.status == 400
    assert taken.status == 200


def by_document(appearance):
    return lambda uid: {"signature_by_doc": {uid: {"appearance": appearance}}}


REFUSED_SIGNS = [
    (
        lambda _: {"signature_by_doc": {NOBODY: {}}},
        404,
        lambda _: (
            "The following documents are not found in Request's folders: " + NOBODY
        ),
    ),
    (
        by_document(APPEARANCE | {"image": NOBODY}),
        404,
        lambda uid: {uid: f"The image {NOBODY} cannot be found on disk"},
    ),
    (
        by_document({"image": NOBODY, "page": 0}),
        400,
        lambda uid: {uid: f"Missing required parameter 'position' for file {uid}"},
    ),
    (
        by_document({"image": NOBODY, "position": "30,100,265,180"}),
        400,
        lambda uid: {uid: f"Missing required parameter 'page' for file {uid}"},
    ),
    (
        by_document(APPEARANCE | {"b64_image": "!"}),
        400,
        lambda _: "b64_image is not valid base64",
    ),
    (
        by_document(APPEARANCE | {"b64_image": "é"}),
        400,
        lambda _: "b64_image is not valid base64",
    ),
    (
        lambda _: {"countersignature": {"username": "nobody"}},
        403,
        lambda _: "Invalid countersignature credentials",
    ),
]


@pytest.mark.parametrize(("body", "status", "message"), REFUSED_SIGNS)
async def test_sign_refuses(api, ready, body, status, message):
    """A body that names what is not there is refused, and may be corrected."""
    (uid,) = api.simulator.requests[ready].documents
    code = await api.code(ready)

    refused = await api.sign(ready, secret=code, **body(uid))
    corrected = await api.sign(ready, secret=code)

    assert refused.refusal == (status, message(uid))
    assert corrected.status == 200


async def test_sign_wants_the_right_code(api, ready):
    """A missing code, a wrong one and what is no text at all are refused."""
    code = await api.code(ready)
    wrong = f"{(int(code) + 1) % 10**6:06}"

    without = await api.sign(ready)
    mistaken = await api.sign(ready, secret=wrong)
    garbled = await api.sign(ready, secret="\ud800")

    assert without.refusal == (
        400,
        "Missing required parameter: 'secret'",
    )
    assert mistaken.refusal == (403, "Confirmation Code invalid")
    assert garbled.refusal == (403, "Confirmation Code invalid")


@pytest.mark.parametrize("status", ["CREATED", "CANCELLED", "VIDEOERROR"])
async def test_only_a_ready_request_signs(api, ready, status):
    """Neither a code nor a signature in any other status than ENROLLREADY."""
    code = await api.code(ready)
    api.simulator.force(ready, status)
    api.simulator.clock.advance(60)

    otp = await api.call("POST", f"/otp/{ready}")
    signature = await api.sign(ready, secret=code)

    assert otp.refusal == (
        412,
        "Error occured during OTP generation: Invalid request status",
    )
    assert signature.refusal == (412, "Invalid request status")


async def test_sign_draws_uploaded_images(api, ready, upload_form, png):
    """An appearance may name an image that was uploaded."""
    uploaded = await api.call("POST", "/image", form=upload_form(image=png))
    appearance = APPEARANCE | {"image": uploaded.body["details"]["image_uid"]}

    reply = await api.sign(
        ready, secret=await api.code(ready), signature={"appearance": appearance}
    )

    assert reply.status == 200


@pytest.mark.parametrize("use_tsa", [True, False])
async def test_what_is_signed_is_valid(api, ready, use_tsa):
    """The signature is valid under the simulator's root, time-stamped if asked for."""
    (uid,) = api.simulator.requests[ready].documents
    code = await api.code(ready)
    await api.sign(ready, secret=code, signature={"use_tsa": use_tsa})

    signed = await api.call("GET", f"/document/{ready}/{uid}")
    trust = [api.simulator.authority.root_pem]
    (check,) = (await verify_pdf(signed.body, trust=trust)).signatures

    assert check.valid
    assert check.timestamped is use_tsa


async def test_what_is_cancelled_while_being_signed_is_refused(api, ready, monkeypatch):
    """A request that is cancelled while it is being signed stays cancelled."""
    begun, go_on = threading.Event(), threading.Event()

    def sign_slowly(*given, **named):
        begun.set()
        go_on.wait(10)
        return sign_documents(*given, **named)

    monkeypatch.setattr(optimizer, "sign_documents", sign_slowly)
    record = api.simulator.requests[ready]
    signing = asyncio.create_task(api.sign(ready, secret=await api.code(ready)))
    assert await asyncio.to_thread(begun.wait, 10)

    api.simulator.force(ready, "CANCELLED")
    go_on.set()

    assert (await signing).refusal == (412, "Invalid request status")
    assert record.status == "CANCELLED"


@pytest.mark.parametrize("name", ["signature", "countersignature", "signature_by_doc"])
async def test_parts_of_the_body_are_objects(api, ready, name):
    """What is no object where one is wanted is refused."""
    reply = await api.sign(ready, secret=await api.code(ready), **{name: "text"})

    assert reply.status == 422


async def test_an_asynchronous_request_may_do_without_callbacks(api, sample, settle):
    """Without a callback URL everything happens, and nothing is told."""
    simulator = api.simulator
    simulator.faults.before_answer = True
    pk = await api.create(useasync="true")
    await api.upload(pk, sample)
    await api.sign(pk, secret=await api.code(pk))
    await settle()

    simulator.clock.advance(simulator.timings.issue)
    await settle()

    assert simulator.requests[pk].status == "ISSUED"
    assert not simulator.callbacks


async def test_what_is_cancelled_before_the_issue_is_not_issued(api, ready, settle):
    """An asynchronous signature whose request is cancelled comes to nothing."""
    record = api.simulator.requests[ready]
    record.asynchronous = True
    await api.sign(ready, secret=await api.code(ready))
    await settle()
    await api.call("DELETE", f"/request/{ready}")

    api.simulator.clock.advance(api.simulator.timings.issue)
    await settle()

    assert record.status == "CANCELLED"
    assert record.credential is None
