"""What holds for every operation over HTTP."""

import logging

import aiohttp
import pytest

NOBODY = "00000000-0000-4000-8000-000000000000"
APPEARANCE = {"text": ["%(CN)s"], "position": "30,100,265,180", "page": 0}


UNKNOWN_PK = [
    ("GET", "/request/1", 404, "Request not found. Make sure the upload directory is "),
    ("PUT", "/request/1", 404, "Request 1 not found"),
    ("DELETE", "/request/1", 404, "Request 1 not found"),
    ("GET", "/contract/1", 404, "Request 1 not found"),
    ("POST", "/otp/1", 404, "Request 1 not found. Cannot send OTP secret"),
    ("POST", "/sign/1", 404, "Request 1 not found. Cannot sign documents"),
    ("POST", "/document/1", 404, "Cannot upload document: Request 1 not found on disk"),
    ("GET", f"/document/1/{NOBODY}", 404, "Document not found"),
    ("DELETE", f"/document/1/{NOBODY}", 404, "Document not found"),
    ("DELETE", "/document/1", 404, "Document not found"),
    ("GET", f"/token/{NOBODY}", 404, "Token not found"),
    ("DELETE", f"/token/{NOBODY}", 404, "Token not found"),
    ("GET", f"/image/{NOBODY}", 404, f"Image with uid {NOBODY} not found"),
    ("DELETE", f"/image/{NOBODY}", 404, f"Image with uid {NOBODY} not found"),
]


@pytest.mark.parametrize(("method", "path", "status", "message"), UNKNOWN_PK)
async def test_what_does_not_exist_is_refused(api, method, path, status, message):
    """Each operation says in its own words that its subject does not exist."""
    reply = await api.call(method, path)

    assert reply.status == status
    assert reply.refusal[1].startswith(message)


@pytest.mark.parametrize("base", ["", "/api/v1"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_every_spelling_of_a_path_works(api, base, slash):
    """The base path may be doubled, and a slash may stand at the end."""
    reply = await api.call("GET", f"{base}/tokens{slash}")

    assert reply.status == 200
    assert list(api.simulator.calls) == [("GET", "/tokens")]


async def test_calls_are_counted_by_their_pattern(api):
    """Calls are noted with their path pattern, refused ones too."""
    pk = await api.create()
    await api.code(pk)
    await api.call("POST", f"/otp/{pk}")

    assert api.simulator.calls.count(("POST", "/otp/{pk}")) == 2


@pytest.mark.parametrize(
    ("method", "path", "status", "phrase"),
    [
        ("GET", "/nowhere", 404, "Not Found"),
        ("GET", "/request/abc", 404, "Not Found"),
        ("GET", f"/request/{'9' * 5000}", 404, "Not Found"),
        ("DELETE", "/create", 405, "Method Not Allowed"),
    ],
)
async def test_unknown_paths(api, method, path, status, phrase):
    """What is no operation is answered as the framework of the service does."""
    reply = await api.call(method, path)

    assert (reply.status, reply.body) == (status, {"detail": phrase})


async def test_a_wrong_method_is_told_the_right_ones(api):
    """What answers no method of this name says which it answers."""
    async with api.http.put(f"{api.simulator.url}/images") as answer:
        assert answer.headers["Allow"] == "DELETE,GET,HEAD"


async def test_broken_json_is_refused(api):
    """A body that is not JSON, or no object, is refused with the reason."""
    broken = await api.call("POST", "/token", form=b'{"username": "x"')
    nested = await api.call("POST", "/token", form=b"[" * 10**5)
    listed = await api.call("POST", "/token", json=[])

    assert (broken.status, nested.status) == (400, 400)
    assert broken.refusal[1].startswith("Could not parse JSON body - Expecting")
    assert listed.status == 422


MULTIPART = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x"),
        (MULTIPART, b"--b\r\n[]\r\n\r\nx\r\n--b--\r\n"),
        (MULTIPART, b"--b\r\nContent-Transfer-Encoding: x\r\n\r\nx\r\n--b--\r\n"),
        (MULTIPART, b"--b\r\nX: " + b"x" * 10**5 + b"\r\n\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded; charset=x", b"x=y"),
    ],
)
async def test_a_malformed_form_is_refused(api, content_type, body):
    """A form without a boundary, or with anything unreadable in it, is refused."""
    url = api.simulator.url + "/create"
    headers = {"Content-Type": content_type}

    async with api.http.post(url, data=body, headers=headers) as answer:
        status = answer.status

    assert status == 422


@pytest.mark.parametrize(
    ("shape", "status", "body"),
    [
        (
            "new_detail",
            404,
            {
                "status": "error",
                "message": "Request 1 not found",
                "detail": {"code": 404},
            },
        ),
        (
            "old_details",
            400,
            {"status": "404 Not Found", "details": "Request 1 not found"},
        ),
        ("fastapi", 404, {"detail": "Request 1 not found"}),
        ("error_code", 422, {"error_code": 404, "detail": "Request 1 not found"}),
    ],
)
async def test_errors_have_the_chosen_shape(api, shape, status, body):
    """A refusal takes each of the documented forms."""
    api.simulator.faults.error_shape = shape

    reply = await api.call("GET", "/contract/1")

    assert (reply.status, reply.body) == (status, body)


async def test_errors_may_be_pages(api):
    """A refusal may be hidden behind the page of a proxy."""
    api.simulator.faults.error_shape = "html"

    reply = await api.call("GET", "/contract/1")

    assert reply.status == 502
    assert b"<title>502 Bad Gateway</title>" in reply.body


async def test_unavailable_does_nothing(api):
    """A service that is unavailable does none of the work."""
    api.simulator.faults.unavailable = True

    reply = await api.call("POST", "/create", form=api.form())

    assert reply.status == 503
    assert not api.simulator.requests


async def test_a_lost_answer_is_lost_after_the_work(api):
    """When an answer is lost, the work is done all the same."""
    api.simulator.faults.answer_lost = True

    with pytest.raises(aiohttp.ClientError):
        await api.call("POST", "/create", form=api.form())

    assert len(api.simulator.requests) == 1


async def test_a_crash_comes_after_the_work(api):
    """A crash is told by a bare 500, and the work is done all the same."""
    api.simulator.faults.crashed = True

    reply = await api.call("POST", "/create", form=api.form())

    assert (reply.status, reply.body) == (500, b"Internal Server Error")
    assert len(api.simulator.requests) == 1


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("empty", b""),
        ("text", b"Your documents are on their way"),
        ("bare", {"status": "success", "message": "Request created with pk 800001"}),
        (
            "nulls",
            {
                "status": "success",
                "message": "Request created with pk 800001",
                "details": {"status": None, "asyncmode": None, "pk": "800001"},
            },
        ),
    ],
)
async def test_what_is_paid_for_may_be_answered_oddly(api, shape, body):
    """Answers to what is paid for have the form that is switched on; no others do."""
    api.simulator.faults.reply_shape = shape

    reply = await api.call("POST", "/create", form=api.form())
    seen = await api.call("GET", "/request/800001")

    assert (reply.status, reply.body) == (200, body)
    assert seen.body["request"]["pk"] == 800001


@pytest.fixture
def logs(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


async def test_logs_tell_nothing_personal(logs, api, ready):
    """No personal data, code, secret or token is logged."""
    record = api.simulator.requests[ready]

    code = await api.code(ready)
    await api.sign(ready, secret=code, signature={"appearance": APPEARANCE})
    await api.call("GET", f"/token/{api.simulator.token}")
    planted = (
        code,
        api.simulator.token,
        api.simulator.rao_password,
        record.applicant.email,
        record.applicant.serial_number,
        record.applicant.mobile_phone_number,
        record.secrets.pin,
    )

    assert "POST /sign/{pk}: 200" in logs.text
    assert not [text for text in planted if text in logs.text]


async def test_a_form_within_a_form_is_refused(api):
    """A part of a form may not be a form itself."""
    outer = aiohttp.MultipartWriter("form-data")
    outer.append(aiohttp.MultipartWriter("mixed"))

    reply = await api.call("POST", "/image", form=outer)

    assert reply.status == 422
