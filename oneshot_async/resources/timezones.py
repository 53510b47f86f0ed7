"""Looks names of time zones up before the Optimizer puts wrong times on paper."""

import asyncio
import functools
import zoneinfo
from collections.abc import Iterable

from oneshot_async.errors import InvalidInputError
from oneshot_async.models.signatures import (
    Countersignature,
    DocumentSignature,
    SignatureParameters,
)

_all_names = functools.cache(zoneinfo.available_timezones)
_found: set[str] = set()


async def check_timezones(
    signatures: Iterable[
        SignatureParameters | DocumentSignature | Countersignature | None
    ],
) -> None:
    """Refuse an appearance whose time zone does not exist."""
    looks = [each.appearance for each in signatures if each is not None]
    named = {look.timezone for look in looks if look is not None and look.timezone}
    if named <= _found:
        return
    # They are files, read once; a machine may have none, and then nobody can tell.
    known = await asyncio.to_thread(_all_names)
    unknown = sorted(named - known) if known else []
    if unknown:
        raise InvalidInputError(
            f"timezone {unknown[0]!r} is not in the tz database; "
            "the names are like 'Europe/Madrid'"
        )
    _found.update(named & known)
