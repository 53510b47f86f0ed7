"""Checks signed PDFs on this machine, with nobody asked and nothing fetched."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import attrs

from ._discretion import discreet
from ._extras import needing


@attrs.frozen(kw_only=True)
class SignatureCheck:
    """What one signature of a PDF is worth.

    Attributes:
        field_name: the form field that holds the signature.
        signer: the common name in the signer's certificate.
        intact: what was signed is unchanged, and the signature is the certificate's.
        covers_whole_file: nothing was added after signing but what may be: further
            signatures and the filling of forms, and after the last signature no more
            than proofs of validity.
        trusted: the certificate leads to one of the trusted roots, is for signing,
            and was valid at the moment asked about.
        signed_at: the time-stamp's time, or else the one the signer claims.
        timestamped: an intact time-stamp is attached; its authority is not judged.
    """

    field_name: str
    signer: str = attrs.field(repr=False)
    intact: bool
    covers_whole_file: bool
    trusted: bool
    signed_at: datetime | None
    timestamped: bool

    @property
    def valid(self) -> bool:
        """Whether the signature can be relied upon, with the roots that were given."""
        return self.intact and self.covers_whole_file and self.trusted


@discreet
async def verify_pdf(
    document: bytes,
    *,
    trust: Sequence[bytes] = (),
    moment: datetime | None = None,
) -> tuple[SignatureCheck, ...]:
    """Check every signature of a PDF, in the order of signing; unsigned gives none.

    It computes in a thread. Revocation is judged by what is embedded, if anything.

    Args:
        document: the PDF.
        trust: root certificates, PEM; without any, no signature is trusted.
        moment: when the certificates must be valid, in place of now. A single-use
            certificate expires within a day: pass the time of signing later on.

    Raises:
        UnreadablePdfError: the document or a signature in it cannot be read.
        InvalidInputError: `trust` holds no certificate, or `moment` has no time zone.
        MissingExtraError: the extra `simulator` is not installed.
    """
    return await asyncio.to_thread(_check, document, trust, moment)


def _check(
    document: bytes, trust: Sequence[bytes], moment: datetime | None
) -> tuple[SignatureCheck, ...]:
    with needing("simulator", "verifying PDFs"):
        # Slow to import, and part of an extra.
        from ._pdf_signatures import check_signatures
    return check_signatures(document, trust=trust, moment=moment)
