"""Signs PDFs for real: PAdES signatures with the simulator's certificates."""
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# The reason: pyHanko's readers and signers are typed in part.

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import attrs
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from .appearance import Appearance, SigningRefusedError, fill_in, local_date
from .cms import DIGEST, sign_digest
from .drawing import draw
from .pki import Authority, Credential
from .revisions import RESERVED, broken_means_refused, open_pdf
from .stamp import stamp_style

__all__ = ["Seal", "SigningRefusedError", "sign_pdf"]

# pyHanko prepares the PDF only; `cms` signs.
_NOBODY = ExternalSigner(signing_cert=None, cert_registry=None)


@attrs.frozen(kw_only=True)
class Seal:
    """How one document is to be signed.

    Attributes:
        appearance: the wire's appearance object; None signs without being seen.
        image: the picture that the appearance names by its uid or carries in base64.
        use_tsa: whether a time-stamp goes into the signature.
        subfilter: `adbe.pkcs7.detached` or `ETSI.CAdES.detached`.
    """

    appearance: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    image: bytes | None = attrs.field(default=None, repr=False)
    use_tsa: bool = True
    subfilter: str = "adbe.pkcs7.detached"


def sign_pdf(
    document: bytes,
    *,
    credential: Credential,
    authority: Authority,
    seal: Seal,
    now: datetime,
) -> bytes:
    """Append a signature to the document; what was signed before stays valid.

    It computes for a while: from asyncio, call it in a thread.

    Raises:
        SigningRefusedError: the document or the seal does not allow it.
    """
    wire = seal.appearance or {}
    appearance = Appearance.from_wire(wire)
    writer = open_pdf(document)
    field = _field(f"Signature-{secrets.token_hex(4)}", appearance, writer)
    metadata = _metadata(field.sig_field_name, wire, seal.subfilter)
    style = _style(appearance, seal, _values(wire, credential, now))
    signer = PdfSigner(metadata, _NOBODY, stamp_style=style, new_field_spec=field)

    def sign(digest: bytes) -> bytes:
        return sign_digest(
            digest,
            keys=credential.keys,
            # PAdES leaves the claim to the PDF around the signature.
            signing_time=None if metadata.subfilter is SigSeedSubFilter.PADES else now,
            time_stamper=authority.time_stamper if seal.use_tsa else None,
            now=now,
        )

    return _write(signer, writer, sign, now)


def _write(
    signer: PdfSigner,
    writer: IncrementalPdfFileWriter,
    sign: Callable[[bytes], bytes],
    now: datetime,
) -> bytes:
    signed = BytesIO()
    with broken_means_refused():
        session = signer.init_signing_session(writer)
        session.system_time = now
        prepared = session.prepare_tbs_document(None, bytes_reserved=RESERVED)
        gap = prepared.digest_tbs_document(output=signed)[0]
        gap.fill_with_cms(signed, sign(gap.document_digest))
    return signed.getvalue()


def _page_count(writer: IncrementalPdfFileWriter) -> int:
    try:
        return int(writer.root["/Pages"]["/Count"])
    except (KeyError, TypeError, ValueError, PdfError):
        raise SigningRefusedError("The document has no pages") from None


def _field(
    name: str, appearance: Appearance | None, writer: IncrementalPdfFileWriter
) -> SigFieldSpec:
    if appearance is None:
        return SigFieldSpec(name)
    pages = _page_count(writer)
    if appearance.page >= pages:
        raise SigningRefusedError(
            f"Invalid page: {appearance.page}, but the last of the document is "
            f"{pages - 1} (the first is 0)"
        )
    return SigFieldSpec(name, on_page=appearance.page, box=appearance.box)


def _metadata(
    field_name: str, wire: Mapping[str, Any], subfilter: str
) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm=DIGEST,
        reason=_text(wire.get("reason")),
        location=_text(wire.get("location")),
        subfilter=_subfilter(subfilter),
    )


def _text(wire: object) -> str | None:
    return None if wire is None else str(wire)


def _subfilter(name: str) -> SigSeedSubFilter:
    for known in (SigSeedSubFilter.ADOBE_PKCS7_DETACHED, SigSeedSubFilter.PADES):
        if known.value == f"/{name}":
            return known
    raise SigningRefusedError(f"Unknown subfilter: {name!r}")


def _style(
    appearance: Appearance | None, seal: Seal, values: Mapping[str, str]
) -> StaticStampStyle | None:
    if appearance is None:
        return None
    lines = [fill_in(line, values) for line in appearance.lines]
    return stamp_style(draw(appearance, lines, seal.image), appearance.size)


def _values(
    wire: Mapping[str, Any], credential: Credential, now: datetime
) -> dict[str, str]:
    person = credential.person
    return {
        "CN": credential.common_name,
        "SUBJECT": credential.subject,
        "DATE": local_date(wire, now),
        "EMAIL": person.email,
        "E": person.email,
        "L": str(wire.get("location") or person.country),
    }
