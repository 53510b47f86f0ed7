"""Whether a certificate is in the name of somebody."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import chain

from .models.requests import Request, Signer

# X.520 bounds a name at 64 characters, some authorities at 64 bytes: more is cut.
_CUT_FROM = 60


def names(subject: Mapping[str, str], person: Signer | Request) -> bool | None:
    """Tell whether a subject is that person; None if nothing is known of the person.

    Neither case nor accents count. Every part of the person's name must be there, in
    the name's own fields or in the common name, and their document's number, if the
    certificate has one.

    Args:
        subject: `given_name`, `surname`, `common_name` and `serial_number`.
    """
    given = _words(person.given_name or "")
    surname = _words(f"{person.surname_1 or ''} {person.surname_2 or ''}")
    if not given + surname:
        return None
    common = subject.get("common_name", "")
    return (
        _holds(subject.get("given_name", common), given)
        and _holds(subject.get("surname", common), surname)
        and _is_number(subject.get("serial_number", ""), person.serial_number or "")
    )


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return re.findall(r"\w+", kept)


def _holds(text: str, wanted: list[str]) -> bool:
    """Tell whether a text has all words, as far as it was not cut."""
    found = _words(text)
    if set(wanted) <= set(found):
        return True
    is_cut = len(text.encode()) > _CUT_FROM and "".join(wanted).startswith(
        "".join(found)
    )
    return is_cut and bool(found)


def _is_number(found: str, wanted: str) -> bool:
    """Tell whether one holds the other, as `IDCES-0000000T` does `0000000T`."""
    told, asked = (_letters_and_digits(text) for text in (found, wanted))
    return not told or not asked or told.endswith(asked)


def _letters_and_digits(text: str) -> str:
    return "".join(chain.from_iterable(re.findall("[A-Z0-9]+", text.upper())))
