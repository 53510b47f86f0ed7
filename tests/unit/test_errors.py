"""The exception tree: drawn as it is, pickled whole, told with its advice."""

import pickle
import re

import pytest

from oneshot_async import errors
from oneshot_async.errors import (
    AnswerTimeoutError,
    ApiError,
    CallbackRejectedError,
    InvalidInputError,
    LocalFileError,
    MissingExtraError,
    OneShotError,
    SigningError,
    WaitTimeoutError,
)

CLASSES = [
    found
    for found in vars(errors).values()
    if isinstance(found, type) and issubclass(found, OneShotError)
]


def made(kind):
    if issubclass(kind, MissingExtraError):
        return kind("cli", "the command line")
    if issubclass(kind, ApiError):
        return kind(
            "said", status=418, details={"a": [1]}, operation="GET /a", retry_after="3"
        )
    if issubclass(kind, SigningError):
        return kind("said", request_pk=7, status="CANCELLED")
    if issubclass(kind, CallbackRejectedError):
        return kind("said", status=404)
    return kind("said")


def drawn():
    """Yield each class in the drawing with the names of its parents."""
    parents = []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^    ([│├└─ ]*)(\w+Error)\b(?: \((\w+)\))?", line)
        if found:
            depth = len(found[1]) // 4
            parents[depth:] = [found[2]]
            yield found[2], {*parents[depth - 1 : depth], *filter(None, [found[3]])}


def test_the_drawing_is_the_tree():
    """Every class is drawn under its parent, with the built-in class it is as well."""
    real = {
        kind.__name__: {base.__name__ for base in kind.__bases__} for kind in CLASSES
    }
    real["OneShotError"] = set()

    assert dict(drawn()) == real


@pytest.mark.parametrize("kind", CLASSES)
def test_pickling_keeps_everything(kind):
    """An error crosses to another process with its text and its attributes."""
    error = made(kind)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # made two lines above

    assert type(copy) is kind
    assert (str(copy), vars(copy)) == (str(error), vars(error))


@pytest.mark.parametrize("kind", CLASSES)
def test_text_carries_what_was_said_and_the_advice(kind):
    """The text of an error says what happened and ends with the way out."""
    error = made(kind)

    assert ("said" if kind is not MissingExtraError else "the command line") in str(
        error
    )
    assert str(error).endswith(error.advice)


@pytest.mark.parametrize(
    "kind", [kind for kind in CLASSES if issubclass(kind, ApiError)]
)
def test_details_are_not_shown(kind):
    """What a refusal carries for machines is not in its text or repr."""
    error = kind("said", details="planted")

    assert "planted" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (InvalidInputError, ValueError),
        (LocalFileError, OSError),
        (MissingExtraError, ImportError),
        (AnswerTimeoutError, TimeoutError),
        (WaitTimeoutError, TimeoutError),
    ],
)
def test_errors_are_the_builtin_ones_too(kind, builtin):
    """Who catches the built-in class of that meaning catches these."""
    assert issubclass(kind, builtin)


def test_missing_extra_says_what_to_install():
    """The command that installs what is missing is in the message."""
    error = MissingExtraError("simulator", "the simulator")

    assert str(error) == "the simulator needs: pip install 'oneshot-async[simulator]'"


def test_refusal_carries_everything():
    """A refusal keeps code, words, details, operation and ``Retry-After``."""
    said = {"status": 429, "details": [1], "operation": "GET /a"}
    error = ApiError("no", **said, retry_after="3")

    assert vars(error) == {
        "message": "no",
        "status": 429,
        "details": [1],
        "operation": "GET /a",
        "retry_after": "3",
        "explained": True,
    }
