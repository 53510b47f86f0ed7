"""What goes over the wire, as values: operations, calls and answers."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import attrs

from ._complaints import Complaint, inside, says_error
from ._json import is_object, json_or_none
from ._masking import Mask
from ._secrecy import Secret
from ._texts import check_line, check_text
from .errors import (
    ApiError,
    InvalidInputError,
    UnexpectedResponseError,
    kind_of_refusal,
)
from .models.files import File, Progress

_NEVER_IN_A_PATH = frozenset({"", ".", ".."})
# To mask what is longer would take so long that everything else had to wait.
_LONGEST_REFUSAL = 256 * 1024
_ID = re.compile(r"\{\w+\}")
# One documented sample has a stray quote behind a key; so might an answer.
_STRAY_QUOTE = re.compile(rb'(?<=\w)""(?=\s*:)')


@attrs.frozen
class Operation:
    """One operation of the API, named as its reference names it.

    Args:
        name: method and path, as in ``GET /request/{request_pk}``.
        patience: which of the client's time-outs holds.
    """

    name: str
    patience: str = attrs.field(default="answer", kw_only=True)
    method: str = attrs.field(init=False)
    _template: str = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        method, path = self.name.split(" ")
        object.__setattr__(self, "method", method)
        object.__setattr__(self, "_template", _ID.sub("{}", path))

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again although it may have been carried out."""
        return self.method in {"GET", "PUT", "DELETE"}

    @property
    def downloads(self) -> bool:
        """Whether what it answers is a file."""
        return self.method == "GET" and self.patience == "idle"

    def path(self, *ids: object) -> str:
        """Return its path with the ids in place, each quoted as one segment."""
        return self._template.format(*map(_segment, ids))


@attrs.frozen(kw_only=True)
class Call(Secret):
    """One operation with everything it needs; files are read when it is sent."""

    operation: Operation
    path: str = attrs.field(repr=False)
    query: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    json: dict[str, Any] | None = attrs.field(default=None, repr=False)
    form: dict[str, str | File] | None = attrs.field(default=None, repr=False)
    save_to: Path | None = attrs.field(default=None, repr=False)
    progress: Progress | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        for name, value in (self.form or {}).items():
            if not (name.isascii() and name.isprintable()):
                raise InvalidInputError("the name of a form field is not plain ASCII")
            if not isinstance(value, File):
                check_text(value, name)

    @property
    def downloads(self) -> bool:
        """Whether its answer is a file, which may be large."""
        return self.save_to is not None or self.operation.downloads

    @property
    def told(self) -> list[Any]:
        """All that it tells the Optimizer, which may quote it."""
        return [self.json, self.form, dict(self.query), self.uids]

    @property
    def uids(self) -> list[str]:
        """The ids in its path that are no request numbers; a token is a secret."""
        template = self.operation.name.partition(" ")[2].split("/")
        segments = zip(template, self.path.split("/"), strict=False)
        ids = [unquote(segment) for name, segment in segments if name[:1] == "{"]
        return [text for text in ids if not text.isdecimal()]


@attrs.frozen(kw_only=True)
class Answer(Secret):
    """What came back for a call; the body is empty if it went into a file."""

    call: Call
    status: int
    body: bytes = attrs.field(default=b"", repr=False)
    size: int = attrs.field(kw_only=True)
    retry_after: str | None = None

    @property
    def ok(self) -> bool:
        """Whether its HTTP status says success."""
        return 200 <= self.status < 300

    @property
    def mask(self) -> Mask:
        """What takes out of it all that was sent."""
        return Mask.of(self.call.told, len(self.body))


def details_of(answer: Answer) -> Any:
    """Return what an answer's envelope holds, whichever of its spellings it uses.

    Raises:
        ApiError: the answer is a refusal, by its status or by its envelope.
        UnexpectedResponseError: it is no JSON.
    """
    if not answer.ok:
        raise refusal_of(answer)
    body = _json_of(answer)
    if says_error(body):
        raise refusal_of(answer)
    return inside(body) if is_object(body) else body


def acknowledged(answer: Answer) -> Any:
    """Accept an answer that need only say yes, and return its JSON, if it is some.

    Its body is documented nowhere.

    Raises:
        ApiError: the answer is a refusal, by its status or by its envelope.
    """
    body = json_or_none(answer.body)
    if not answer.ok or says_error(body):
        raise refusal_of(answer)
    return body


def file_of(answer: Answer) -> bytes:
    """Return the bytes of a binary answer; none if they were saved to a file.

    Raises:
        ApiError: the answer is a refusal, by its status or by its envelope.
        UnexpectedResponseError: it is empty.
    """
    if not answer.ok or is_hidden_refusal(answer.body):
        raise refusal_of(answer)
    if not answer.size:
        raise UnexpectedResponseError(f"{answer.call.operation.name}: an empty file")
    return answer.body


def is_hidden_refusal(body: bytes) -> bool:
    """Tell whether what should be a file is an envelope that says no."""
    start = body.removeprefix(BOM_UTF8).lstrip()[:1]
    return start == b"{" and says_error(json_or_none(body))


def refusal_of(answer: Answer) -> ApiError:
    """Make an error of an answer that says no."""
    said = answer.body if len(answer.body) <= _LONGEST_REFUSAL else b""
    complaint = Complaint.of(answer.status, said)
    # Not by the masked words: what was sent may be one of those that tell the kind.
    kind = kind_of_refusal(complaint.message, complaint.status)
    told = complaint.masked(answer.mask)
    return kind(
        told.message,
        status=told.status,
        details=told.details,
        operation=answer.call.operation.name,
        retry_after=answer.retry_after,
        explained=is_object(json_or_none(answer.body)),
    )


def _segment(value: object) -> str:
    text = str(value)
    if type(value) is int:
        return text
    if text in _NEVER_IN_A_PATH:
        raise InvalidInputError(f"{text!r} cannot stand in a path: give an id")
    check_line(text, "an id in the path")
    return quote(text, safe="")


def _json_of(answer: Answer) -> Any:
    body = json_or_none(answer.body)
    if body is None:
        body = json_or_none(_STRAY_QUOTE.sub(b'"', answer.body))
    if body is None:
        raise UnexpectedResponseError(
            f"{answer.call.operation.name}: the answer ({answer.status}) is no JSON"
        )
    return body
