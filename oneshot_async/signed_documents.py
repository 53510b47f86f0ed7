"""What a signing hands back: signed documents, which can be checked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import attrs

from ._discretion import discreet
from ._files import told
from .errors import InvalidInputError
from .models.requests import Request
from .verification import Verification, verify_pdf


@discreet
@attrs.frozen(kw_only=True)
class SignedDocument:
    """A signed document in memory.

    Attributes:
        hashed: it is the signature of a digest, a CMS message.
        request: the request when it was signed.
    """

    uid: str
    name: str = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    hashed: bool = False
    request: Request | None = attrs.field(default=None, repr=False, eq=False)

    async def verify(
        self, *, trust: Sequence[bytes] = (), moment: datetime | None = None
    ) -> Verification:
        """Check what came back: is it whole, signed by whom it should be, and trusted?

        The certificate's name and number are compared with those of the request.
        For `trust` and `moment` see `oneshot_async.verification.verify_pdf`.

        Raises:
            InvalidInputError: only a digest was signed; give the signature and the
                document that stayed with you to ``openssl cms -verify``.
            UnreadablePdfError: what came back cannot be read.
            MissingExtraError: the extra `verify` is not installed.
        """
        _check_is_pdf(self)
        return await verify_pdf(
            self.content, trust=trust, moment=moment, signer=self.request
        )


@discreet
@attrs.frozen(kw_only=True)
class SavedDocument:
    """A signed document in a file.

    Attributes:
        hashed: it is the signature of a digest, a CMS message.
        request: the request when it was signed.
    """

    uid: str
    name: str = attrs.field(repr=False)
    path: Path = attrs.field(repr=False)
    hashed: bool = False
    request: Request | None = attrs.field(default=None, repr=False, eq=False)

    async def verify(
        self, *, trust: Sequence[bytes] = (), moment: datetime | None = None
    ) -> Verification:
        """Read the file and check it, as `SignedDocument.verify` does.

        Raises:
            LocalFileError: it cannot be read.
        """
        _check_is_pdf(self)
        with told("the signed document cannot be read"):
            content = await asyncio.to_thread(self.path.read_bytes)
        return await verify_pdf(
            content, trust=trust, moment=moment, signer=self.request
        )


def _check_is_pdf(document: SignedDocument | SavedDocument) -> None:
    if document.hashed:
        raise InvalidInputError("only the document's digest was signed: no PDF")
