"""When a call is sent again, and after how long."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

import attrs

from ._checks import at_least_one, not_negative
from ._wire import Operation
from .errors import (
    AmbiguousOutcomeError,
    ApiError,
    ConnectError,
    NotFoundError,
    OneShotError,
)

_UNCLEAR = frozenset({502, 503, 504})
_REFUSED_FOR_NOW = frozenset({429})


@attrs.frozen(kw_only=True)
class Retries:
    """How often and how long a call is tried, where trying again is safe.

    GET, PUT and DELETE are tried again after any failure of the connection or of the
    servers in between, a bare 500 included; everything else only if it provably never
    left.

    Args:
        attempts: at the most, the first one included; 1 for no retries.
        first_delay: in seconds, the longest first pause; each is random between 0 and
            its bound, which doubles every time.
        longest_delay: the bound of a pause, and of a ``Retry-After`` that is honoured.
        deadline: no attempt is begun later than this many seconds after the first.
    """

    attempts: int = attrs.field(default=4, validator=at_least_one)
    first_delay: float = attrs.field(default=0.5, validator=not_negative)
    longest_delay: float = attrs.field(default=20.0, validator=not_negative)
    deadline: float = attrs.field(default=90.0, validator=not_negative)


class Attempts:
    """The attempts of one call."""

    def __init__(self, retries: Retries, operation: Operation) -> None:
        self._retries = retries
        self._operation = operation
        self._made = 0
        self._may_be_done = False
        self._began = monotonic()

    def was_done(self, error: OneShotError) -> bool:
        """Tell whether an error says that an earlier attempt did what was asked for.

        What is to be deleted, and gone at the second attempt, was deleted by the first.
        """
        gone = isinstance(error, NotFoundError) and self._operation.method == "DELETE"
        return gone and self._may_be_done

    def delay_after(self, error: OneShotError) -> float:
        """Return how long to wait before the next attempt, or raise for good.

        Raises:
            AmbiguousOutcomeError: it may have been done and must not be repeated.
            OneShotError: the error itself, if there is no use or no time left.
        """
        self._made += 1
        if not self._never_left(error):
            self._must_be_unclear(error)
            if not self._operation.repeatable:
                raise unclear(error, self._operation) from error
            self._may_be_done = True
        if self._made >= self._retries.attempts:
            raise error
        delay = self._delay(error)
        if monotonic() - self._began + delay > self._retries.deadline:
            raise error
        return delay

    def _never_left(self, error: OneShotError) -> bool:
        if isinstance(error, ApiError):
            return error.status in _REFUSED_FOR_NOW
        return isinstance(error, ConnectError)

    def _must_be_unclear(self, error: OneShotError) -> None:
        if isinstance(error, ApiError) and not _may_be_done(error):
            raise error

    def _delay(self, error: OneShotError) -> float:
        bound = self._retries.first_delay * 2 ** (self._made - 1)
        jittered = random.uniform(0, min(bound, self._retries.longest_delay))  # noqa: S311  # jitter is no secret
        asked = _asked(error.retry_after) if isinstance(error, ApiError) else 0.0
        return max(jittered, min(asked, self._retries.longest_delay))


def _may_be_done(error: ApiError) -> bool:
    """Tell whether it was not the API that failed, or not before the work was done."""
    return error.status in _UNCLEAR or (error.status >= 500 and not error.explained)


def unclear(error: OneShotError, operation: Operation) -> AmbiguousOutcomeError:
    """Return what to raise for something that may have been done."""
    what: object = error
    if isinstance(error, ApiError):
        what = f"{operation.name}: a server failed ({error.status})"
    return AmbiguousOutcomeError(f"{what}; it may have been carried out.")


def _asked(retry_after: str | None) -> float:
    """Return the seconds that a ``Retry-After`` header asks for, in either form."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())
