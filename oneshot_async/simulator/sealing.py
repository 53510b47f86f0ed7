"""From the body of `POST /sign` to the seals for each document."""

import base64
from collections.abc import Mapping
from typing import Any, cast

from . import refusals
from .images import StoredImage
from .pades import Seal
from .records import RequestRecord
from .signatures import Seals

# What the sibling services document for PAdES; some names are of the same level.
_UNSTAMPED = ("BES", "BASIC")
_PROVEN = ("LTV", "LTVLITE", "LTVA")
_LEVELS = (*_UNSTAMPED, "T", *_PROVEN)


def section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside the body, an empty one if it is not there."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refusals.invalid_value("body", name, reason="value is not a valid dict")
    return cast("Mapping[str, Any]", value)


def seals_for(
    record: RequestRecord, body: Mapping[str, Any], images: Mapping[str, StoredImage]
) -> dict[str, Seals]:
    """Say how each document is to be signed, or refuse what cannot be done."""
    by_document = section(body, "signature_by_doc")
    unknown = [uid for uid in by_document if uid not in record.documents]
    if unknown:
        raise refusals.unknown_documents(unknown)
    common = section(body, "signature")
    wanted = {uid: {**common, **section(by_document, uid)} for uid in record.documents}
    first = _seals(wanted, images)
    second = _seals(_countersigned(record, body), images)
    return {
        uid: Seals(
            person=seal,
            countersigner=second.get(uid),
            proven=_is_proven(wanted[uid]),
            archived=_is_archived(wanted[uid]),
        )
        for uid, seal in first.items()
    }


def _countersigned(
    record: RequestRecord, body: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Return the countersignature for each document that is to have one.

    A document with a section of its own must ask for it there. A hash has none: its
    signature is the person's alone.
    """
    wanted = section(body, "countersignature")
    by_document = section(body, "signature_by_doc")
    if not wanted:
        return {}
    return {
        uid: wanted
        for uid, document in record.documents.items()
        if document.hashed is None
        and (
            uid not in by_document
            or section(by_document, uid).get("usecountersignature") is True
        )
    }


def _seals(
    wanted: Mapping[str, Mapping[str, Any]], images: Mapping[str, StoredImage]
) -> dict[str, Seal]:
    appearances = {uid: section(each, "appearance") for uid, each in wanted.items()}
    _check_places(appearances)
    _check_images(appearances, images)
    return {uid: _seal(wanted[uid], appearances[uid], images) for uid in wanted}


def _check_places(appearances: Mapping[str, Mapping[str, Any]]) -> None:
    missing = {
        uid: name
        for uid, appearance in appearances.items()
        for name in ("page", "position")
        if appearance.get("image") and appearance.get(name) in (None, "")
    }
    if missing:
        raise refusals.unplaced(missing)


def _check_images(
    appearances: Mapping[str, Mapping[str, Any]], images: Mapping[str, StoredImage]
) -> None:
    missing = {
        uid: str(appearance["image"])
        for uid, appearance in appearances.items()
        if appearance.get("image") and str(appearance["image"]) not in images
    }
    if missing:
        raise refusals.unknown_images(missing)


def _seal(
    wanted: Mapping[str, Any],
    appearance: Mapping[str, Any],
    images: Mapping[str, StoredImage],
) -> Seal:
    return Seal(
        appearance=appearance or None,
        image=_picture(appearance, images),
        use_tsa=_is_stamped(wanted),
        subfilter=str(wanted.get("subfilter") or "adbe.pkcs7.detached"),
    )


def _is_stamped(wanted: Mapping[str, Any]) -> bool:
    """Whether a time-stamp is wanted; nothing said, and a level above, means yes."""
    level = wanted.get("level")
    if level is None:
        return wanted.get("use_tsa") is not False
    if level not in _LEVELS:
        raise refusals.signing_refused(f"Unknown signature level: {level!r}")
    if _is_proven(wanted) and wanted.get("use_tsa") is False:
        raise refusals.signing_refused("Need tsa_bookmark for ltv signature")
    return level not in _UNSTAMPED or wanted.get("use_tsa") is True


def _is_proven(wanted: Mapping[str, Any]) -> bool:
    return wanted.get("level") in _PROVEN and wanted.get("disable_ltv") is not True


def _is_archived(wanted: Mapping[str, Any]) -> bool:
    return _is_proven(wanted) and wanted.get("level") == "LTVA"


def _picture(
    appearance: Mapping[str, Any], images: Mapping[str, StoredImage]
) -> bytes | None:
    if uid := appearance.get("image"):
        return images[str(uid)].content
    if inline := appearance.get("b64_image"):
        return _decoded(str(inline))
    return None


def _decoded(inline: str) -> bytes:
    try:
        return base64.b64decode(inline, validate=True)
    except ValueError as error:
        raise refusals.signing_refused("b64_image is not valid base64") from error
