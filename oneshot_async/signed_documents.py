"""What a signing hands back: signed documents, which can be checked."""

import asyncio
from abc import ABC, abstractmethod
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
class _Document(ABC):
    """What is known of a signed document, wherever its bytes are."""

    uid: str
    name: str = attrs.field(repr=False)
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
            LocalFileError: the file cannot be read.
            UnreadablePdfError: what came back cannot be read.
            MissingExtraError: the extra `verify` is not installed.
        """
        if self.hashed:
            raise InvalidInputError("only the document's digest was signed: no PDF")
        content = await self._read()
        return await verify_pdf(
            content, trust=trust, moment=moment, signer=self.request
        )

    @abstractmethod
    async def _read(self) -> bytes:
        """Return its bytes."""


@attrs.frozen(kw_only=True)
class SignedDocument(_Document):
    """A signed document in memory.

    Attributes:
        hashed: it is the signature of a digest, a CMS message.
        request: the request when it was signed.
    """

    content: bytes = attrs.field(repr=False)

    async def _read(self) -> bytes:
        return self.content


@attrs.frozen(kw_only=True)
class SavedDocument(_Document):
    """A signed document in a file.

    Attributes:
        hashed: it is the signature of a digest, a CMS message.
        request: the request when it was signed.
    """

    path: Path = attrs.field(repr=False)

    async def _read(self) -> bytes:
        with told("the signed document cannot be read"):
            return await asyncio.to_thread(self.path.read_bytes)
