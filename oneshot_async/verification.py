"""Checks signed PDFs on this machine, with nobody asked and nothing fetched."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import attrs

from ._discretion import discreet
from ._extras import needing
from .models.requests import Request, Signer


class Distrust(StrEnum):
    """Why a certificate is not trusted."""

    UNKNOWN_ROOT = "it leads to none of the roots"
    NOT_YET_VALID = "it was not valid yet"
    EXPIRED = "it had expired"
    REVOKED = "it was revoked"
    UNFIT = "it is not for this, or too weak"


@attrs.frozen(kw_only=True)
class StampCheck:
    """What a time-stamp is worth: one in a signature, or one over the document.

    Attributes:
        field_name: the form field that holds it, or that holds its signature.
        authority: the common name in the certificate of who stamped.
        stamped_at: the time it tells.
        intact: what was stamped is unchanged, and the stamp is the certificate's.
        covers_whole_file: as for a signature; one in a signature covers just that.
        distrust: why the authority is not trusted, if it is not.
    """

    field_name: str
    authority: str
    stamped_at: datetime
    intact: bool
    covers_whole_file: bool = True
    distrust: Distrust | None

    @property
    def valid(self) -> bool:
        """Whether it proves its time, with the roots that were given."""
        return self.intact and self.covers_whole_file and self.distrust is None


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
        distrust: why the certificate is not trusted, if it is not: it must lead to one
            of the roots, be for signing, and be valid at the moment it is judged at.
        judged_at: that moment: the earliest that a valid time-stamp proves, if any.
        signed_at: the time-stamp's time, or else the one the signer claims.
        stamp: the time-stamp in the signature, if it has one.
        names_signer: the certificate is in the name and with the number of who was to
            sign; None where nobody was told.
    """

    field_name: str
    signer: str = attrs.field(repr=False)
    intact: bool
    covers_whole_file: bool
    distrust: Distrust | None
    judged_at: datetime
    signed_at: datetime | None
    stamp: StampCheck | None
    names_signer: bool | None

    @property
    def trusted(self) -> bool:
        """Whether the certificate is trusted."""
        return self.distrust is None

    @property
    def timestamped(self) -> bool:
        """Whether an intact time-stamp is in it, of a trusted authority or not."""
        return self.stamp is not None and self.stamp.intact

    @property
    def valid(self) -> bool:
        """Whether the signature can be relied upon, with the roots that were given."""
        return self.intact and self.covers_whole_file and self.trusted


@attrs.frozen(kw_only=True)
class Verification:
    """What a PDF is worth that should be signed.

    Attributes:
        signatures: a check of each, in the order of signing.
        stamps: a check of each time-stamp over the document, in their order.
    """

    signatures: tuple[SignatureCheck, ...]
    stamps: tuple[StampCheck, ...]

    @property
    def valid(self) -> bool:
        """Whether it is signed and nothing speaks against it."""
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """All that speaks against it, in words that name no person.

        A time-stamp of an authority that is not trusted is none: it proves nothing,
        and the certificates are judged without it.
        """
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if not self.signatures:
            yield "nobody has signed it"
        everything: list[SignatureCheck | StampCheck] = [*self.signatures, *self.stamps]
        for each in everything:
            yield from _damage(each)
        for signature in self.signatures:
            if signature.distrust:
                reason = f"its certificate is not trusted: {signature.distrust}"
                yield f"{signature.field_name}: {reason}"
        named = {signature.names_signer for signature in self.signatures}
        if False in named and True not in named:
            yield "no signature is in the name of who was to sign"


def _damage(check: SignatureCheck | StampCheck) -> Iterator[str]:
    if not check.intact:
        yield f"{check.field_name}: what it covers, or it itself, was changed"
    elif not check.covers_whole_file:
        yield f"{check.field_name}: something was added to the file afterwards"


@discreet
async def verify_pdf(
    document: bytes,
    *,
    trust: Sequence[bytes] = (),
    moment: datetime | None = None,
    signer: Signer | Request | None = None,
) -> Verification:
    """Check every signature and every time-stamp of a PDF.

    It computes in a thread. Certificates must be valid at the time that a valid
    time-stamp proves, or else now: a single-use certificate expires within a day, and
    without a time-stamp so does what it has signed. Revocation is judged by what is
    embedded, if anything.

    Args:
        document: the PDF.
        trust: root certificates, PEM, of signers and of time-stamps; without any,
            nothing is trusted.
        moment: when to judge, in place of now.
        signer: who was to sign.

    Raises:
        UnreadablePdfError: the document or a signature in it cannot be read.
        InvalidInputError: `trust` holds no certificate, or `moment` has no time zone.
        MissingExtraError: the extra `verify` is not installed.
    """
    return await asyncio.to_thread(_check, document, trust, moment, signer)


def _check(
    document: bytes,
    trust: Sequence[bytes],
    moment: datetime | None,
    signer: Signer | Request | None,
) -> Verification:
    with needing("verify", "verifying PDFs"):
        # Slow to import, and part of an extra.
        from ._pdf_signatures import check_pdf
    return check_pdf(document, trust=trust, moment=moment, signer=signer)
