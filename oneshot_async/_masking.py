"""What was sent, taken out of what is said about it."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import attrs

from ._json import is_array, is_object
from .models.files import File

_SHORTEST_ECHO = 4
_LONGEST_PACKED = 1024
_MASK = "***"


@attrs.frozen
class Mask:
    """Replaces every text that was sent, in whatever case or writing it comes back."""

    _echoes: re.Pattern[str] = attrs.field(repr=False)

    @classmethod
    def of(cls, sent: Any) -> "Mask":
        """Return what masks all texts in what was sent; the longest come first."""
        texts = {written for text in _texts(sent) for written in _writings(text)}
        known = sorted(filter(_is_recognisable, texts), key=len, reverse=True)
        nothing = r"(?!)"
        pattern = "|".join(map(re.escape, known)) or nothing
        return cls(re.compile(pattern, re.IGNORECASE))

    def over(self, value: Any) -> Any:
        """Return a value, and all that it holds, with ``***`` for what was sent."""
        if isinstance(value, str):
            return self._echoes.sub(_MASK, value)
        if is_object(value):
            return {self.over(key): self.over(entry) for key, entry in value.items()}
        if is_array(value):
            return [self.over(entry) for entry in value]
        if isinstance(value, int | float) and self._echoes.fullmatch(str(value)):
            return _MASK
        return value


def _texts(sent: Any) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, File):
        yield sent.name
    elif is_object(sent):
        yield from (text for value in sent.values() for text in _texts(value))
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
