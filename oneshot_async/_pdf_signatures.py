"""Reads the signatures and time-stamps of a PDF and judges them, through pyHanko.

pyHanko's own summary of all this names the signer in the log when it finds no way to
a root. Hence its parts are put together here.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# The reason: asn1crypto, in which pyHanko speaks, has no types.

import asyncio
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import attrs
from asn1crypto.cms import SignedData
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from ._pdf_integrity import (
    content_of,
    covers_whole_file,
    is_document_stamp_intact,
    is_signature_intact,
    is_stamp_intact,
)
from ._pdf_trust import Trust, certificates_in
from ._signer_names import names
from .errors import InvalidInputError, UnreadablePdfError
from .models.requests import Request, Signer
from .verification import SignatureCheck, StampCheck, Verification

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")


def check_pdf(
    document: bytes,
    *,
    trust: Sequence[bytes],
    moment: datetime | None,
    signer: Signer | Request | None,
) -> Verification:
    """Do the work of `verify_pdf`."""
    if moment is not None and moment.tzinfo is None:
        raise InvalidInputError("moment needs a time zone")
    roots = [root for text in trust for root in certificates_in(text)]
    with _broken_means_unreadable():
        reader = PdfFileReader(BytesIO(document), strict=False)
        found = _signatures(reader, document)
        judge = _Judge(
            document=document,
            trust=Trust.over(reader, roots, moment or datetime.now(UTC)),
            signer=signer,
            last=found[-1:],
            last_signature=[each for each in found if not _is_stamp(each)][-1:],
        )
        return asyncio.run(judge.all(found))


@contextmanager
def _broken_means_unreadable() -> Generator[None, None, None]:
    try:
        yield
    except UnreadablePdfError:
        raise
    # pyHanko meets broken files with many types, KeyError and RecursionError among
    # them; what they say may quote the document.
    except Exception:  # noqa: BLE001  # see above
        raise UnreadablePdfError("The PDF or a signature in it is broken") from None


def _signatures(reader: PdfFileReader, document: bytes) -> list[EmbeddedPdfSignature]:
    """Return what is signed and stamped, in the order in which it was."""
    found = list(reader.embedded_signatures)
    if len(found) < len(_BYTE_RANGE.findall(document)):
        raise UnreadablePdfError("The PDF holds a signature that nothing refers to")
    return found


@attrs.frozen(kw_only=True)
class _Judge:
    """Judges backwards: what a valid time-stamp covers is as old as that at least."""

    document: bytes
    trust: Trust
    signer: Signer | Request | None
    last: Sequence[EmbeddedPdfSignature]
    last_signature: Sequence[EmbeddedPdfSignature]

    async def all(self, found: Sequence[EmbeddedPdfSignature]) -> Verification:
        signatures: list[SignatureCheck] = []
        stamps: list[StampCheck] = []
        for each in reversed(found):
            if _is_stamp(each):
                stamps.insert(0, stamp := await self._document_stamp(each))
                self.trust.moment = self.trust.moment_by(stamp)
            else:
                signatures.insert(0, await self._signature(each))
        return Verification(signatures=tuple(signatures), stamps=tuple(stamps))

    async def _document_stamp(self, stamp: EmbeddedPdfSignature) -> StampCheck:
        return await self._stamp(
            stamp.field_name,
            stamp.signed_data,
            intact=is_document_stamp_intact(stamp, self.document),
            covers=covers_whole_file(stamp, is_last=stamp in self.last),
        )

    async def _signature(self, signature: EmbeddedPdfSignature) -> SignatureCheck:
        stamps = await self._stamps_in(signature)
        stamp = next((each for each in stamps if each.valid), next(iter(stamps), None))
        certificate, moment = signature.signer_cert, self.trust.moment_by(stamp)
        subject = _subject(certificate)
        intact = is_signature_intact(signature, self.document)
        is_last = signature in self.last_signature
        others = signature.other_embedded_certs
        claimed = signature.self_reported_timestamp
        return SignatureCheck(
            field_name=signature.field_name,
            signer=_common_name(certificate),
            intact=intact and all(each.intact for each in stamps),
            covers_whole_file=covers_whole_file(signature, is_last=is_last),
            distrust=await self.trust.of_signer(certificate, others, moment),
            judged_at=moment,
            signed_at=stamp.stamped_at if stamp and stamp.intact else claimed,
            stamp=stamp,
            names_signer=None if self.signer is None else names(subject, self.signer),
        )

    async def _stamps_in(self, signature: EmbeddedPdfSignature) -> list[StampCheck]:
        found = extract_tst_data_iter(signature.signer_info, signed=False)
        name = signature.field_name
        return [
            await self._stamp(name, each, intact=is_stamp_intact(signature, each))
            for each in found
        ]

    async def _stamp(
        self, field_name: str, data: SignedData, *, intact: bool, covers: bool = True
    ) -> StampCheck:
        certificates = extract_certs_for_validation(data)
        stamper, others = certificates.signer_cert, list(certificates.other_certs)
        return StampCheck(
            field_name=field_name,
            authority=_common_name(stamper),
            stamped_at=content_of(data).parsed["gen_time"].native,
            intact=intact,
            covers_whole_file=covers,
            distrust=await self.trust.of_stamper(stamper, others),
        )


def _is_stamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


def _subject(certificate: Certificate) -> dict[str, str]:
    subject: Any = certificate.subject
    told = subject.native.items()
    return {name: value for name, value in told if isinstance(value, str)}


def _common_name(certificate: Certificate) -> str:
    subject: Any = certificate.subject
    return _subject(certificate).get("common_name") or str(subject.human_friendly)
