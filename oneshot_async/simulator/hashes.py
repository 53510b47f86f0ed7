"""Documents that stay elsewhere: the JSON that stands for one, and its signature."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import attrs

from . import refusals
from .cms import sign_digest
from .pki import Authority, Credential

_ALGORITHMS = ("sha256", "sha256WithRSAEncryption")
# The attribute messageDigest, as far as the 32 bytes that end it.
_ATTRIBUTE = bytes.fromhex("302f06092a864886f70d01090431220420")
_ATTRIBUTE_SIZE = len(_ATTRIBUTE) + 32


@attrs.frozen(kw_only=True)
class HashDocument:
    """The digest that is to be signed, and whether the signer claims a time."""

    digest: bytes = attrs.field(repr=False)
    claims_time: bool = True

    @classmethod
    def from_wire(cls, content: bytes) -> "HashDocument":
        """Read an uploaded `hashfile`.

        Raises:
            RefusedError: it is not what the service documents.
        """
        body = _object(content)
        if body.get("digestAlgorithm") not in _ALGORITHMS:
            raise refusals.invalid_hash("digestAlgorithm")
        if not body.get("addAuthAttribute") or body.get("otherAuthAttributes"):
            raise refusals.invalid_hash("addAuthAttribute")
        return cls(
            digest=_digest(body.get("messageDigest")),
            claims_time=bool(body.get("addSigningTime")),
        )


def sign_hash(
    document: HashDocument,
    *,
    credential: Credential,
    authority: Authority,
    use_tsa: bool,
    now: datetime,
) -> bytes:
    """Return a CMS signature, in DER, that does not hold what it signs."""
    return sign_digest(
        document.digest,
        keys=credential.keys,
        signing_time=now if document.claims_time else None,
        time_stamper=authority.time_stamper if use_tsa else None,
        now=now,
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError):
        raise refusals.unreadable_json("the hashfile is no JSON") from None
    if not isinstance(body, dict):
        raise refusals.unreadable_json("the hashfile is no object")
    return cast("Mapping[str, Any]", body)


def _digest(encoded: object) -> bytes:
    try:
        attribute = base64.b64decode(str(encoded), validate=True)
    except ValueError:
        raise refusals.invalid_hash("messageDigest") from None
    if not attribute.startswith(_ATTRIBUTE) or len(attribute) != _ATTRIBUTE_SIZE:
        raise refusals.invalid_hash("messageDigest")
    return attribute.removeprefix(_ATTRIBUTE)
