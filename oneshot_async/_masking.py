"""What was sent, taken out of what is said about it."""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import attrs

from ._json import is_array, is_object
from .models.files import File

_SHORTEST_ECHO = 4
_LONGEST_PACKED = 1024
_MASK = "***"
_NO_SECRETS = frozenset(
    {
        "communication_language",
        "delivery_method",
        "env",
        "ext_unlock_type",
        "id_document_type",
        "profile",
        "registration_authority",
        "useasync",
    }
)
"""Fields that say nothing of a person, and tell a reader what to mend."""


@attrs.frozen
class Mask:
    """Replaces every text that was sent, in whatever case or writing it comes back.

    Inside of words too: better a word too many than a secret behind an escape. It looks
    for each text in turn: to compile them, images included, would take seconds.
    """

    _echoes: Sequence[str] = attrs.field(repr=False)

    @classmethod
    def of(cls, sent: Any, longest: int) -> "Mask":
        """Return what masks all texts in what was sent; the longest come first.

        Args:
            longest: how long the answer is; what is longer cannot be quoted in it.
        """
        fitting = max(longest, _LONGEST_PACKED)
        texts = (text for text in _texts(sent) if len(text) <= fitting)
        echoes = {_folded(written) for text in texts for written in _writings(text)}
        return cls(sorted(filter(_is_recognisable, echoes), key=len, reverse=True))

    def over(self, value: Any) -> Any:
        """Return a value, and all that it holds, with ``***`` for what was sent."""
        if isinstance(value, str):
            return self._over_text(value)
        if is_object(value):
            return {self.over(key): self.over(entry) for key, entry in value.items()}
        if is_array(value):
            return [self.over(entry) for entry in value]
        if isinstance(value, int | float) and _folded(str(value)) in self._echoes:
            return _MASK
        return value

    def _over_text(self, said: str) -> str:
        folded = _folded(said)
        for echo in self._echoes:
            if echo in folded:
                said = _without(echo, said, folded)
                folded = _folded(said)
        return said


def _folded(text: str) -> str:
    """Return a text without case and as long as it was; only one letter grows."""
    return text.replace("\u0130", "i").lower()


def _without(echo: str, said: str, folded: str) -> str:
    parts, start = list[str](), 0
    for part in folded.split(echo):
        parts.append(said[start : start + len(part)])
        start += len(part) + len(echo)
    return _MASK.join(parts)


def _texts(sent: Any) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, File):
        yield sent.name
    elif is_object(sent):
        telling = (sent[name] for name in sent if name not in _NO_SECRETS)
        yield from (text for value in telling for text in _texts(value))
    elif is_array(sent):
        yield from (text for value in sent for text in _texts(value))


def _writings(text: str) -> Iterator[str]:
    """Yield a text, as it is quoted in JSON or a URL, and what it is the base64 of."""
    yield text
    yield json.dumps(text)[1:-1]
    yield quote(text, safe="")
    if len(text) <= _LONGEST_PACKED:
        try:
            yield base64.b64decode(text, validate=True).decode()
        except ValueError:
            return


def _is_recognisable(text: str) -> bool:
    return len(text) >= _SHORTEST_ECHO
