"""Every error this package raises, and how an answer of the Optimizer becomes one.

The tree::

    OneShotError
    ├── InvalidInputError (ValueError)         an argument cannot be used
    ├── MissingExtraError (ImportError)        an optional part is not installed
    ├── LocalFileError (OSError)               a file here cannot be read or written
    ├── UnreadablePdfError                     bytes that are no readable PDF
    ├── ApiError                               the Optimizer answered no
    │   ├── BadRequestError                    400, 422: what was sent is not accepted
    │   ├── CredentialsError                   401, 403: RAO, billing, certificates
    │   ├── OtpRefusedError                    the one-time code is wrong or has expired
    │   ├── NotFoundError                      404
    │   ├── InvalidStatusError                 409, 412: not in the present status
    │   │   ├── AlreadyIssuedError             its certificate has been used already
    │   │   └── OtpTooSoonError                a second OTP within a minute
    │   ├── UnsupportedFileError               413, 415: a file that cannot be signed
    │   └── ServerError                        5xx
    ├── TransportError                         no answer arrived that says what was done
    │   ├── ConnectError                       nothing was sent: no connection
    │   ├── ConnectionLostError                the connection broke before the answer
    │   ├── AnswerTimeoutError (TimeoutError)  the answer took too long
    │   └── AmbiguousOutcomeError              it may have been done; not repeated
    ├── UnexpectedResponseError                an answer that cannot be understood
    ├── SigningError                           the flow ended without signed documents
    │   ├── RequestCancelledError              the request is CANCELLED
    │   ├── VideoIdFailedError                 the request is VIDEOERROR
    │   └── WaitTimeoutError (TimeoutError)    it did not happen in time
    ├── CallbackRejectedError                  a callback that is not to be believed
    └── InboxError
        ├── InboxClosedError                   the inbox was closed while waiting
        └── StoreError                         the store could not keep or read
"""

import re
from typing import Any, ClassVar

from ._numbers import RequestPk


class OneShotError(Exception):
    """Anything that this package raises on purpose.

    Attributes:
        state: what `resume()` goes on from, if a request was created, or may have been,
            by the `begin()` that raised this; a small JSON value without secrets.
    """

    advice: ClassVar[str] = ""
    state: dict[str, Any] | None = None

    def __str__(self) -> str:
        return " ".join(part for part in (super().__str__(), self.advice) if part)


class InvalidInputError(OneShotError, ValueError):
    """An argument cannot be used; the message names it and nothing was sent."""


class MissingExtraError(OneShotError, ImportError):
    """An optional part of the package is needed and not installed."""

    def __init__(self, extra: str = "all", needed_for: str = "this") -> None:
        super().__init__(extra, needed_for)
        self.extra = extra
        self.needed_for = needed_for

    def __str__(self) -> str:
        return f"{self.needed_for} needs: pip install 'oneshot-async[{self.extra}]'"


class LocalFileError(OneShotError, OSError):
    """A file on this machine cannot be read or written."""


class UnreadablePdfError(OneShotError):
    """The bytes are no PDF, or one too broken to be read."""


class ApiError(OneShotError):
    """The Optimizer answered no.

    Attributes:
        status: the code it meant. Where the HTTP status and the code written in the
            body differ, this is the one in the body.
        message: the server's own words, with what was sent masked, but for settings.
        details: the machine-readable part of the answer, in whatever shape it came.
        operation: the operation that was refused, as in ``POST /sign/{request_pk}``.
        retry_after: the ``Retry-After`` header as sent, if there was one.
        explained: whether the answer was JSON as the API's own are; else it may be of
            any server in between.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        details: Any = None,
        operation: str = "",
        retry_after: str | None = None,
        explained: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.details = details
        self.operation = operation
        self.retry_after = retry_after
        self.explained = explained

    def __str__(self) -> str:
        said = f"{self.operation} was refused ({self.status}): {self.message}"
        return f"{said}. {self.advice}".removesuffix(". ")


class BadRequestError(ApiError):
    """The Optimizer does not accept what was sent (400, 422)."""


class CredentialsError(ApiError):
    """RAO credentials, billing credentials or certificates were refused (401, 403)."""

    advice = (
        "Check the RAO token or login, the billing credentials and `env`; the "
        "certificates between the Optimizer and its registration authority count too."
    )


class OtpRefusedError(ApiError):
    """The one-time code is wrong or has expired; the service does not say which."""

    advice = (
        "It is wrong or has expired: have it read again, or send a new one with "
        "`send_otp()` (a minute after the last)."
    )


class NotFoundError(ApiError):
    """The request, document, token or image does not exist on this Optimizer (404)."""


class InvalidStatusError(ApiError):
    """The operation is not possible in the request's present status (409, 412)."""

    advice = (
        "OTP and signature need ENROLLREADY: wait for the approval, and look at "
        "`requests.get()` for the status."
    )


class AlreadyIssuedError(InvalidStatusError):
    """The request's single-use certificate was issued already; it signs only once."""

    advice = (
        "If this flow signed it, fetch the documents with `download()`; "
        "to sign others, begin a new request."
    )


class OtpTooSoonError(InvalidStatusError):
    """An OTP was sent to this person less than a minute ago."""

    advice = "That code is still good; another can be sent when a minute has passed."


class UnsupportedFileError(ApiError):
    """A file is too large, of the wrong kind, or protected by a password (413, 415)."""

    advice = "Give PDFs without a password, and no larger than the Optimizer takes."


class ServerError(ApiError):
    """The Optimizer, or what stands before it, failed (5xx)."""


class TransportError(OneShotError):
    """No answer arrived, or none that tells; the message names the operation."""


class ConnectError(TransportError):
    """No connection could be made, so nothing was sent."""

    advice = "Check the Optimizer's URL, its TLS certificate and the network."


class ConnectionLostError(TransportError):
    """The connection broke after the request had begun to leave."""


class AnswerTimeoutError(TransportError, TimeoutError):
    """The answer did not arrive within the operation's time-out."""


class AmbiguousOutcomeError(TransportError):
    """An operation that must not be repeated may or may not have been carried out.

    It cost money, sent an SMS or signed if it was; so it was not sent again. Its answer
    was lost, or cannot be understood.
    """

    advice = (
        "Look at the request's state before you do it again: it may have been done."
    )


class UnexpectedResponseError(OneShotError):
    """The Optimizer's answer cannot be understood; the message says where."""


class SigningError(OneShotError):
    """A signing flow ended without signed documents."""

    def __init__(
        self, message: str, *, request_pk: RequestPk | None = None, status: str = ""
    ) -> None:
        super().__init__(message)
        self.request_pk = request_pk
        self.status = status


class RequestCancelledError(SigningError):
    """The request is CANCELLED: by its owner, the RA, or a refused Video ID."""

    advice = "It cannot be taken up again: begin a new request."


class VideoIdFailedError(SigningError):
    """The identification of the person failed (VIDEOERROR)."""

    advice = "Ask the registration authority why, or begin a new request."


class WaitTimeoutError(SigningError, TimeoutError):
    """What a flow waited for did not happen before its deadline; it can be resumed."""

    advice = (
        "Keep the `state` of the signing, or of this error if `begin()` raised it, "
        "and go on later with `resume()`."
    )


class CallbackRejectedError(OneShotError):
    """A callback that must not be believed or cannot be read.

    Its `status` is for the sender, its `reason` a word of `observing.OUTCOMES`.
    """

    def __init__(self, message: str, *, status: int = 400, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason: str = reason or "unreadable"


class InboxError(OneShotError):
    """Something is wrong with the inbox."""


class InboxClosedError(InboxError):
    """The inbox was closed, or never opened, while somebody needed it."""


class StoreError(InboxError):
    """The store behind the inbox could not keep or read an event."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: CredentialsError,
    403: CredentialsError,
    404: NotFoundError,
    409: InvalidStatusError,
    412: InvalidStatusError,
    413: UnsupportedFileError,
    415: UnsupportedFileError,
    422: BadRequestError,
}

# The status alone does not tell these apart, and generations of the service disagree
# on it; the words have stayed the same.
_BY_WORDS: dict[str, type[ApiError]] = {
    r"confirmation code invalid|invalid otp": OtpRefusedError,
    r"less than a minute ago": OtpTooSoonError,
    r"already in issued": AlreadyIssuedError,
    r"invalid (request|videoid) status": InvalidStatusError,
    r"invalid request fields|missing required": BadRequestError,
    r"invalid rao|rao('s id| matching)|billing (user|credentials)": CredentialsError,
    r"pin invalid|token locked|: 401 unauthorized": CredentialsError,
    r"password ?protected|unsupported file type": UnsupportedFileError,
}


def kind_of_refusal(message: str, status: int) -> type[ApiError]:
    """Choose the error class for a refusal, by its words first and its code second."""
    for words, error in _BY_WORDS.items():
        if re.search(words, message, re.IGNORECASE):
            return error
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
