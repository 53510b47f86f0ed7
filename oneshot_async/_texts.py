"""Texts: what would break out of its place is refused, or put right if it was said."""

import re

from ._checks import check_kind
from .errors import InvalidInputError

_BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_HALVES = re.compile(r"[\ud800-\udfff]")
_LONGEST_SAID = 2_000


def check_text(text: str, name: str) -> None:
    """Refuse what is no text, or cannot be written: the half of a character.

    Raises:
        InvalidInputError: it names the text, and does not show it.
    """
    check_kind(text, str, name, "text")
    if _HALVES.search(text):
        raise InvalidInputError(f"{name} has half a character: it cannot be written")


def check_line(text: str, name: str) -> None:
    """Refuse what would end the line that it is written into.

    Raises:
        InvalidInputError: it names the text, and does not show it.
    """
    check_text(text, name)
    if _BREAKING.search(text):
        raise InvalidInputError(
            f"{name} has a line break or another control character: take it out"
        )


def readable(said: str) -> str:
    """Return what somebody else said as one line that any log or terminal can take."""
    line = " ".join(said[:_LONGEST_SAID].split())
    shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
    return shown if len(said) <= _LONGEST_SAID else f"{shown}…"
