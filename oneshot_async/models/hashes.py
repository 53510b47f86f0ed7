"""Documents that stay here: only their digest is signed."""

import base64
import json
from typing import Any

import attrs

from oneshot_async._discretion import discreet
from oneshot_async.errors import InvalidInputError

from .files import File

_SHA256_SIZE = 32
# SEQUENCE { OID messageDigest, SET { OCTET STRING of 32 bytes } }, as far as the bytes.
_MESSAGE_DIGEST = bytes.fromhex("302f06092a864886f70d01090431220420")


@discreet
@attrs.frozen(kw_only=True)
class HashedDocument:
    """The SHA-256 digest of a document, to be signed in place of the document.

    What comes back is a CMS signature (``.p7m``) that holds no content; a visible
    appearance does not apply.

    Args:
        digest: 32 bytes.
        name: what the document is called here; it is not sent.
        algorithm: as the newer documentation has it; the older writes ``sha256``.
    """

    digest: bytes = attrs.field(repr=False)
    name: str = attrs.field(default="document", repr=False)
    algorithm: str = "sha256WithRSAEncryption"

    def __attrs_post_init__(self) -> None:
        if len(self.digest) != _SHA256_SIZE:
            raise InvalidInputError(
                f"digest must be the {_SHA256_SIZE} bytes of a SHA-256, "
                f"not {len(self.digest)}"
            )

    def file(self) -> File:
        """Return the JSON file that is uploaded for it."""
        attribute = base64.b64encode(_MESSAGE_DIGEST + self.digest).decode("ascii")
        body: dict[str, Any] = {
            "messageDigest": attribute,
            "digestAlgorithm": self.algorithm,
            "addAuthAttribute": 1,
            "addSigningTime": 1,
            "otherAuthAttributes": [],
        }
        return File(
            content=json.dumps(body).encode(),
            name="hash.json",
            content_type="application/json",
        )
