"""What a check of `doctor` finds."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

import attrs

from oneshot_async.errors import OneShotError


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@attrs.frozen
class Verdict:
    """What a check found, and what to do about it."""

    outcome: Outcome
    words: str
    advice: str = ""

    def fields(self, check: str) -> Mapping[str, object]:
        """Return it for machines."""
        return {"check": check, **attrs.asdict(self)}

    def line(self, check: str) -> str:
        """Return it for people, without its outcome."""
        return f"{check}: {self.words}" + (f". {self.advice}" if self.advice else "")


Check = Callable[[], Awaitable[Verdict]]


def ok(words: str) -> Verdict:
    """Everything is in its place."""
    return Verdict(Outcome.OK, words)


def failed(words: str, advice: str) -> Verdict:
    """Something is not."""
    return Verdict(Outcome.FAILED, words, advice)


def skipped(words: str, advice: str = "") -> Verdict:
    """There was nothing to look at."""
    return Verdict(Outcome.SKIPPED, words, advice)


def failed_by(error: OneShotError, advice: str = "") -> Verdict:
    """An error came in between."""
    words = str(error).removesuffix(error.advice).strip().removesuffix(".")
    return failed(words, advice or error.advice)


async def verdict_of(check: Check) -> Verdict:
    """Carry a check out; whatever else is wrong, it has failed."""
    try:
        return await check()
    except OneShotError as error:
        return failed_by(error)
