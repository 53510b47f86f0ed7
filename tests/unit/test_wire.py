"""Answers as values: what an envelope holds, and what stands in a path."""

import pytest

from oneshot_async._wire import (
    Answer,
    Call,
    Operation,
    acknowledged,
    details_of,
    file_of,
    is_hidden_refusal,
)
from oneshot_async.errors import (
    ApiError,
    InvalidInputError,
    NotFoundError,
    UnexpectedResponseError,
)

SIGN = Operation("POST /sign/{request_pk}", patience="sign")


def answer(body, status=200, size=None):
    call = Call(operation=SIGN, path=SIGN.path(7))
    size = len(body) if size is None else size
    return Answer(call=call, status=status, body=body, size=size)


@pytest.mark.parametrize(
    ("body", "inside"),
    [
        (b'{"status":"success","message":"made","details":{"pk":"1"}}', {"pk": "1"}),
        (b'{"status":"success","details":{"env":"xxx"}}', {"env": "xxx"}),
        (
            b'{"status":"success","message":"done","detail":{"request":1}}',
            {"request": 1},
        ),
        (b'{"status":"success","detail":"OTP sent to xxx"}', "OTP sent to xxx"),
        (
            b'{"status":"success","detail":{"name":"file","uid":"u"}}',
            {"name": "file", "uid": "u"},
        ),
        (b'{"status":"success","message":"Request 822880 deleted"}', {}),
        (
            b'{"status":"success","messsage":"made","detail":{"videoid_pk":2}}',
            {"videoid_pk": 2},
        ),
        (
            b'{"secrets":{"puk":"1"},"request":{"pk":3}}',
            {"secrets": {"puk": "1"}, "request": {"pk": 3}},
        ),
        (b'{"pk":4,"status":"VIDEOPENDING"}', {"pk": 4, "status": "VIDEOPENDING"}),
        (b'{"status":"200 OK","details":29571}', 29571),
        (b'[{"uid":"u"}]', [{"uid": "u"}]),
    ],
    ids=[
        "details",
        "details without a message",
        "detail",
        "a text as detail",
        "an upload",
        "no details",
        "a message with three s",
        "a request beside its secrets",
        "a bare request",
        "the older generation",
        "a bare list",
    ],
)
def test_every_envelope_is_opened(body, inside):
    """What an answer holds is found in each envelope that the service uses."""
    assert details_of(answer(body)) == inside


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"status":"success","details":{"pk":"1"}}',
        b'  {"status":"success","details":{"pk":"1"}}\n',
        b'{"status":"success","details":{"pk"": "1"}}',
    ],
    ids=["byte order mark", "blanks", "stray quote"],
)
def test_json_with_a_blemish_is_read(body):
    """A byte order mark, blanks, and a documented sample's stray quote are borne."""
    assert details_of(answer(body)) == {"pk": "1"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b'{"a":', b"\xff\xfe\x00"])
def test_success_that_is_no_json_is_unexpected(body):
    """A success whose body is no JSON is told with its operation, not as a refusal."""
    with pytest.raises(UnexpectedResponseError, match=r"POST /sign/.* is no JSON"):
        details_of(answer(body))


@pytest.mark.parametrize(
    "body",
    [
        b'{"status":"error","message":"no"}',
        b'{"status":"Invalid JSON","details":"Could not parse JSON body"}',
        b'{"status":"404 Not Found","details":"Request 7 not found"}',
        b'{"status":404,"details":"Request 7 not found"}',
        b'{"code":"412","id":"b49fee578381243a","error":"Invalid request status"}',
        b'{"result":null,"error":{"msg":"Pin invalid","code":403,"details":""}}',
        b'\xef\xbb\xbf{"status":"error","message":"no"}',
    ],
    ids=["error", "invalid", "code", "number", "upstream", "nested", "byte order mark"],
)
@pytest.mark.parametrize("read", [details_of, acknowledged, file_of])
def test_refusal_under_success_is_found(read, body):
    """A refusal that comes with HTTP 200 is a refusal, whatever was asked for."""
    with pytest.raises(ApiError):
        read(answer(body))


@pytest.mark.parametrize("read", [details_of, acknowledged, file_of])
def test_refusal_by_status_is_raised(read):
    """An HTTP status that is no success is a refusal, whatever its body says."""
    with pytest.raises(NotFoundError):
        read(answer(b'{"status":"success","details":{}}', status=404))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", None),
        (b"Image deleted", None),
        (b'{"status":"success"}', {"status": "success"}),
        (b"[]", []),
    ],
)
def test_acknowledgement_may_say_anything(body, said):
    """A success that need only say yes may have any body; its JSON is returned."""
    assert acknowledged(answer(body)) == said


def test_file_is_handed_on():
    """The bytes of a binary answer are not touched."""
    assert file_of(answer(b"\x00%PDF-1.7\r\n")) == b"\x00%PDF-1.7\r\n"


def test_saved_file_is_no_empty_answer():
    """A file that went to the disk has a size and no bytes here."""
    assert file_of(answer(b"", size=10)) == b""


def test_empty_file_is_unexpected():
    """A binary answer without a byte is told as one that cannot be understood."""
    with pytest.raises(UnexpectedResponseError, match="empty file"):
        file_of(answer(b""))


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7", b'{"status":"success"}', b'{"messageDigest":"AA=="}', b"{"]
)
def test_file_is_not_taken_for_a_refusal(body):
    """Only an envelope that says no is one, not any file that begins like JSON."""
    assert not is_hidden_refusal(body)


@pytest.mark.parametrize(
    ("uid", "path"),
    [
        (7, "/token/7"),
        ("14185cd9-c6ec", "/token/14185cd9-c6ec"),
        ("a/b", "/token/a%2Fb"),
        ("a?b#c", "/token/a%3Fb%23c"),
        ("../x", "/token/..%2Fx"),
        ("%2e%2e", "/token/%252e%252e"),
        ("é {}", "/token/%C3%A9%20%7B%7D"),
    ],
)
def test_id_is_one_segment_of_the_path(uid, path):
    """An id is quoted so that it can neither leave its segment nor begin a query."""
    assert Operation("GET /token/{token_uid}").path(uid) == path


@pytest.mark.parametrize("uid", ["", ".", ".."])
def test_id_that_would_change_the_path_is_refused(uid):
    """Ids that a server would resolve away are refused before anything is sent."""
    with pytest.raises(InvalidInputError, match="cannot stand in a path"):
        Operation("GET /token/{token_uid}").path(uid)


@pytest.mark.parametrize(
    ("name", "repeatable"),
    [
        ("GET /tokens", True),
        ("PUT /request/{request_pk}", True),
        ("DELETE /request/{request_pk}", True),
        ("POST /create", False),
    ],
)
def test_only_what_changes_nothing_twice_is_repeatable(name, repeatable):
    """Everything but POST may be sent again after an unclear outcome."""
    assert Operation(name).repeatable is repeatable


def test_call_and_answer_do_not_show_what_they_carry():
    """Neither the body, the form, nor the ids in the path are in a repr."""
    operation = Operation("GET /token/{token_uid}")
    path = operation.path("planted-token")
    call = Call(
        operation=operation,
        path=path,
        json={"secret": "planted"},
        form={"a": "planted"},
    )
    shown = repr(Answer(call=call, status=200, body=b"planted", size=7))

    assert "planted" not in shown
