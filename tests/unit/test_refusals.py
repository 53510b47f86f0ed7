"""Refusals: which error each error body becomes, and what it says."""

import json
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_async._wire import Answer, Call, Operation, refusal_of
from oneshot_async.errors import (
    AlreadyIssuedError,
    ApiError,
    BadRequestError,
    CredentialsError,
    InvalidStatusError,
    NotFoundError,
    OtpRefusedError,
    OtpTooSoonError,
    ServerError,
    UnsupportedFileError,
)

SIGN = Operation("POST /sign/{request_pk}")
TOKEN = Operation("GET /token/{token_uid}")


def refused(status, body, *, operation=SIGN, uid=7, sent=None, form=None):
    path = operation.path(uid)
    call = Call(operation=operation, path=path, json=sent, form=form)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal_of(Answer(call=call, status=status, body=raw, size=len(raw)))


UPSTREAM = {"code": "412", "id": "b49fee578381243a", "error": "Invalid request status"}
MISSING = {"loc": ["body", "secret"], "msg": "field required", "type": "missing"}

SHAPES = {
    "an error code and a detail": (
        422,
        {"error_code": 7, "detail": {"secret": ["required"]}},
        (BadRequestError, 422, "secret: required", {"secret": ["required"]}),
    ),
    "the envelope with error": (
        400,
        {"status": "error", "message": "no", "detail": {"jobid": "1"}},
        (BadRequestError, 400, "no", {"jobid": "1"}),
    ),
    "a validator's list": (
        422,
        {"detail": [MISSING]},
        (BadRequestError, 422, "body.secret: field required", [MISSING]),
    ),
    "a framework's text": (
        404,
        {"detail": "Not Found"},
        (NotFoundError, 404, "Not Found", "Not Found"),
    ),
    "the older generation": (
        404,
        {"status": "404 Not Found", "details": "Request 7 not found"},
        (NotFoundError, 404, "Request 7 not found", "Request 7 not found"),
    ),
    "a code in the body that differs": (
        400,
        {"status": "404 Not found", "details": "Request 7 not found"},
        (NotFoundError, 404, "Request 7 not found", "Request 7 not found"),
    ),
    "a status without a code": (
        400,
        {"status": "Invalid JSON", "details": "Could not parse JSON body"},
        (
            BadRequestError,
            400,
            "Could not parse JSON body",
            "Could not parse JSON body",
        ),
    ),
    "a success in the body only": (
        500,
        {"status": "200 OK", "details": "down"},
        (ServerError, 500, "down", "down"),
    ),
    "a text for each document": (
        404,
        {"status": "404 Not found", "details": {"u-1": "The image is gone"}},
        (NotFoundError, 404, "u-1: The image is gone", {"u-1": "The image is gone"}),
    ),
    "a list for each field": (
        500,
        {"details": {"email": ["too short", "no @"]}},
        (ServerError, 500, "email: too short, no @", {"email": ["too short", "no @"]}),
    ),
    "upstream": (
        500,
        UPSTREAM,
        (InvalidStatusError, 412, "Invalid request status", UPSTREAM),
    ),
    "nested": (
        500,
        {
            "result": None,
            "error": {"msg": "Token not found", "code": 404, "details": ""},
        },
        (NotFoundError, 404, "Token not found", ""),
    ),
    "a bare text": (403, "go away", (CredentialsError, 403, "go away", None)),
    "a page of the proxy": (
        502,
        b"<html>502 Bad Gateway</html>",
        (ServerError, 502, "Bad Gateway", None),
    ),
    "nothing": (
        413,
        b"",
        (UnsupportedFileError, 413, HTTPStatus(413).phrase, None),
    ),
    "an unknown status": (499, b"", (ApiError, 499, "no message", None)),
    "a refusal that came as success": (
        200,
        {"status": "error"},
        (ApiError, 200, "no message", {}),
    ),
    "a misspelled message": (
        400,
        {"status": "error", "messsage": "no", "detail": 3},
        (BadRequestError, 400, "no", 3),
    ),
    "a number": (400, {"detail": 3}, (BadRequestError, 400, "3", 3)),
}


@pytest.mark.parametrize(("status", "body", "told"), SHAPES.values(), ids=SHAPES)
def test_every_shape_of_refusal_is_understood(status, body, told):
    """Class, code, words and details are found in each known shape of a refusal."""
    kind, code, message, details = told
    error = refused(status, body)

    assert (type(error), error.status, error.message) == (kind, code, message)
    assert error.details == details


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (403, "Confirmation Code invalid", OtpRefusedError),
        (400, "Invalid Otp", OtpRefusedError),
        (
            412,
            "Error occured during OTP generation: Otp generated less than a minute ago",
            OtpTooSoonError,
        ),
        (
            412,
            "Error occured during OTP generation: Invalid request status",
            InvalidStatusError,
        ),
        (
            500,
            'x: {"code": "412", "error": "Invalid request status"}',
            InvalidStatusError,
        ),
        (412, "Request already in ISSUED status", AlreadyIssuedError),
        (403, "Invalid RAO Credentials", CredentialsError),
        (
            500,
            "Cannot check the remaining credit for the billing user. Please check",
            CredentialsError,
        ),
        (500, "Billing credentials not valid", CredentialsError),
        (500, "PasswordProtected", UnsupportedFileError),
        (400, "Unsupported file type: text/plain", UnsupportedFileError),
        (415, "Image file type not supported: xxxx", UnsupportedFileError),
        (409, "busy", InvalidStatusError),
        (401, "who", CredentialsError),
        (418, "tea", ApiError),
        (599, "down", ServerError),
    ],
)
def test_words_decide_before_the_code(status, words, kind):
    """Words that have stayed the same tell the class; without them the code does."""
    assert type(refused(status, {"details": words})) is kind


def test_error_names_its_operation_and_advice():
    """The text of a refusal has operation, code, words and the way out."""
    error = refused(403, {"details": "Confirmation Code invalid"})

    assert str(error).startswith(
        "POST /sign/{request_pk} was refused (403): Confirmation Code invalid. It is"
    )


SECRET = "planted-secret"
ECHOES = {
    "in the words": {"message": f"you sent {SECRET}!"},
    "in a validator's input": {"detail": [MISSING | {"input": {"pin": SECRET}}]},
    "deep": {"message": "no", "details": {"a": [{"b": [SECRET, {"c": SECRET}]}]}},
    "as text": SECRET,
    "alone": {"detail": SECRET},
}


@pytest.mark.parametrize("body", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize(
    "sent",
    [
        {"sent": {"secret": SECRET}},
        {"sent": {"countersignature": {"appearance": [{"x": SECRET}]}}},
        {"form": {"password": SECRET}},
        {"operation": TOKEN, "uid": SECRET},
    ],
    ids=["json", "nested json", "form", "path"],
)
def test_echo_of_what_was_sent_is_masked(body, sent):
    """What we had sent is in neither the words nor the details of a refusal."""
    error = refused(400, body, **sent)

    assert SECRET not in f"{error} {error!r} {error.details}"
    assert "***" in f"{error} {error.details}"


def test_words_that_were_sent_decide_all_the_same():
    """A refusal's class is that of the words it came with, before they are masked."""
    billing = {"details": "Billing credentials not valid. Are they base64 encoded?"}
    code = {"details": "Confirmation Code invalid"}

    wrong_payer = refused(500, billing, form={"billing_username": "billing"})
    wrong_code = refused(403, code, sent={"appearance": {"location": "Invalid"}})

    assert type(wrong_payer) is CredentialsError
    assert wrong_payer.message.startswith("*** credentials")
    assert type(wrong_code) is OtpRefusedError


def test_longest_echo_is_masked_first():
    """A secret that holds another one is masked as a whole."""
    error = refused(
        400, {"detail": "x secretlonger x"}, sent={"a": "secret", "b": "secretlonger"}
    )

    assert error.message == "x *** x"


def test_request_number_is_not_masked():
    """The request's pk stays in the message, as it is no secret and helps."""
    error = refused(404, {"details": "Request 123456 not found"}, uid=123456)

    assert error.message == "Request 123456 not found"


def test_quoted_id_is_masked_as_it_was_given():
    """An id that was quoted in the path is masked in its plain form."""
    error = refused(
        404, {"details": "Token a/b-c d not found"}, operation=TOKEN, uid="a/b-c d"
    )

    assert error.message == "Token *** not found"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    "status",
                    "message",
                    "error",
                    "code",
                    "detail",
                    "details",
                    "loc",
                    "msg",
                ]
            )
            | st.text(),
            inner,
        )
    ),
    max_leaves=10,
)


@given(status=st.integers(100, 599), body=json_values | st.binary())
def test_any_body_makes_a_refusal(status, body):
    """Whatever an error body holds, it becomes an error with a message."""
    error = refused(status, body)

    assert isinstance(error, ApiError)
    assert str(error)


@given(body=json_values)
def test_no_secret_survives_any_shape(body):
    """Whatever shape the answer has around it, a value we sent is not repeated."""
    told = {
        "status": "error",
        "message": f"{SECRET}{json.dumps(body)}",
        "detail": [SECRET, body],
    }
    error = refused(400, told, sent={"pin": SECRET})

    assert SECRET not in f"{error}{error.details}"


def test_details_speak_where_the_message_is_only_the_status():
    """What a document is refused for is told, not just that something was not found."""
    error = refused(
        404,
        {
            "status": "error",
            "message": "Not Found",
            "detail": {"uid-1": "The image cannot be found on disk"},
        },
    )

    assert error.message == "uid-1: The image cannot be found on disk"
