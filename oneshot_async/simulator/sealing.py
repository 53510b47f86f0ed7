"""From the body of `POST /sign` to a seal for each document."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import attrs

from . import refusals
from .pades import Seal, sign_pdf
from .pki import Authority, Credential, Person
from .records import RequestRecord


@attrs.frozen(kw_only=True)
class Signatures:
    """What signing a request brings forth."""

    credential: Credential
    documents: Mapping[str, bytes] = attrs.field(repr=False)


def section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside the body, an empty one if it is not there."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refusals.invalid_value("body", name, reason="value is not a valid dict")
    return cast("Mapping[str, Any]", value)


def sign_documents(
    person: Person,
    documents: Mapping[str, bytes],
    *,
    seals: Mapping[str, Seal],
    authority: Authority,
    now: datetime,
) -> Signatures:
    """Issue a certificate and sign every document with it; this takes a while."""
    credential = authority.issue(person, now)
    signed = {
        uid: sign_pdf(
            content,
            credential=credential,
            authority=authority,
            seal=seals[uid],
            now=now,
        )
        for uid, content in documents.items()
    }
    return Signatures(credential=credential, documents=signed)


def seals_for(
    record: RequestRecord, body: Mapping[str, Any], images: Mapping[str, bytes]
) -> dict[str, Seal]:
    """Say how each document is to be signed, or refuse what cannot be done."""
    by_document = section(body, "signature_by_doc")
    unknown = [uid for uid in by_document if uid not in record.documents]
    if unknown:
        raise refusals.unknown_documents(unknown)
    common = section(body, "signature")
    wanted = {uid: {**common, **section(by_document, uid)} for uid in record.documents}
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
    appearances: Mapping[str, Mapping[str, Any]], images: Mapping[str, bytes]
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
    images: Mapping[str, bytes],
) -> Seal:
    return Seal(
        appearance=appearance or None,
        image=_picture(appearance, images),
        use_tsa=wanted.get("use_tsa") is not False,
        subfilter=str(wanted.get("subfilter") or "adbe.pkcs7.detached"),
    )


def _picture(
    appearance: Mapping[str, Any], images: Mapping[str, bytes]
) -> bytes | None:
    if uid := appearance.get("image"):
        return images[str(uid)]
    if inline := appearance.get("b64_image"):
        return _decoded(str(inline))
    return None


def _decoded(inline: str) -> bytes:
    try:
        return base64.b64decode(inline, validate=True)
    except binascii.Error as error:
        raise refusals.signing_refused("b64_image is not valid base64") from error
