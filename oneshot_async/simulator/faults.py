"""What the simulated service is told to do wrong."""

import random
from enum import StrEnum
from typing import Any, TypeVar

import attrs

from oneshot_async._checks import chance, check_kind, not_negative
from oneshot_async.errors import InvalidInputError
from oneshot_async.models.documents import DocumentType

E = TypeVar("E", bound=StrEnum)


class ErrorShape(StrEnum):
    """The forms in which a refusal has been documented or seen."""

    NEW_DETAIL = "new_detail"
    OLD_DETAILS = "old_details"
    FASTAPI = "fastapi"
    ERROR_CODE = "error_code"
    HTML = "html"


class ReplyShape(StrEnum):
    """The forms of an answer to what is paid for; only the first one is documented."""

    DOCUMENTED = "documented"
    EMPTY = "empty"
    TEXT = "text"
    BARE = "bare"
    NULLS = "nulls"


def _member(kind: type[E], text: str, name: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInputError(f"{name}: give one of {', '.join(kind)}") from None


def _error_shape(text: str) -> ErrorShape:
    return _member(ErrorShape, text, "error_shape")


def _reply_shape(text: str) -> ReplyShape:
    return _member(ReplyShape, text, "reply_shape")


def _document_type(text: str) -> DocumentType:
    return _member(DocumentType, text, "document_type_default")


def _check_next(_faults: Any, _field: Any, value: Any) -> None:
    check_kind(value, Faults | None, "next_callback", "a Faults")


def _chance() -> float:
    # attrs.field() is typed as the type of its default, which is what a class wants
    return attrs.field(default=0.0, validator=chance)


@attrs.define(kw_only=True)
class Faults:
    """Faults that may be switched while the simulator runs; all are off at first.

    Every fault but `late` and the four choices is a probability from 0 to 1, drawn
    from a generator with the given seed, so that a run can be repeated.

    Args:
        lost: A callback is never sent.
        doubled: A callback is sent twice.
        reordered: A callback is overtaken by the next one of the same request.
        late: Seconds by which every callback is late.
        without_pk: A callback does not name its request.
        old_form: A callback has the older of the two documented forms.
        string_pk: A callback carries the pk as text.
        single_certificate: A callback carries one certificate instead of a list.
        forged: A callback is preceded by two lies: one says that the request has been
            issued, one is about another request.
        unknown_event: A callback is preceded by one of an event nobody knows.
        before_answer: The callbacks of an asynchronous create, approval included,
            arrive before create is answered.
        answer_lost: The connection is cut after the work was done.
        unavailable: A call is answered with 503 and nothing is done.
        crashed: A call is answered with a bare 500 after the work was done.
        error_shape: The form of error answers.
        uploads_shuffled: Several documents are acknowledged in another order, each by
            its name.
        uploads_coded: A document that was taken is acknowledged with the code 0.
        reply_shape: The form in which a create, a signature and a Video ID are
            answered: nothing, a text, the envelope without details, or details of
            which all is null that is no number.
        document_type_default: The version sent when a download names none.
        images_required: A create without pictures of the identity document is refused.
        seed: The start of the generator.
        next_callback: The faults of the next callback only, in place of these.
    """

    lost: float = _chance()
    doubled: float = _chance()
    reordered: float = _chance()
    late: float = attrs.field(default=0.0, validator=not_negative)
    without_pk: float = _chance()
    old_form: float = _chance()
    string_pk: float = _chance()
    single_certificate: float = _chance()
    forged: float = _chance()
    unknown_event: float = _chance()
    before_answer: float = _chance()
    answer_lost: float = _chance()
    unavailable: float = _chance()
    crashed: float = _chance()
    uploads_shuffled: float = _chance()
    uploads_coded: float = _chance()
    error_shape: ErrorShape = attrs.field(
        default=ErrorShape.NEW_DETAIL, converter=_error_shape
    )
    reply_shape: ReplyShape = attrs.field(
        default=ReplyShape.DOCUMENTED, converter=_reply_shape
    )
    document_type_default: DocumentType = attrs.field(
        default=DocumentType.SIGNED, converter=_document_type
    )
    images_required: bool = False
    seed: int = 0
    next_callback: "Faults | None" = attrs.field(default=None, validator=_check_next)
    _random: random.Random = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # Chance decides here which fault strikes, it guards nothing.
        self._random = random.Random(self.seed)  # noqa: S311 - not cryptography

    def for_next_callback(self) -> "Faults":
        """Return what is to befall the next callback, and go back to these faults."""
        once, self.next_callback = self.next_callback, None
        return self if once is None else once

    def strikes(self, chance: float) -> bool:
        """Draw whether a fault of this probability happens now."""
        return self._random.random() < chance
