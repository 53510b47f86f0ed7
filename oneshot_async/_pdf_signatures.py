"""Reads the signatures of a PDF and judges them, through pyHanko.

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
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto.cms import SignedData
from asn1crypto.parser import peek
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.hashes import Hash
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_tst_data_iter,
    message_imprint_checker,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from .errors import InvalidInputError, UnreadablePdfError
from .verification import SignatureCheck

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
_SOUND_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
_SIGNING_USAGES = {"digital_signature", "non_repudiation"}


def check_signatures(
    document: bytes, *, trust: Sequence[bytes], moment: datetime | None
) -> tuple[SignatureCheck, ...]:
    """Do the work of `verify_pdf`."""
    if moment is not None and moment.tzinfo is None:
        raise InvalidInputError("moment needs a time zone")
    roots = [root for text in trust for root in _certificates(text)]
    with _broken_means_unreadable():
        signatures = _signatures(document)
    trusted = asyncio.run(_are_trusted(signatures, roots, moment))
    with _broken_means_unreadable():
        return _judge_all(document, signatures, trusted)


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


def _certificates(text: bytes) -> list[Certificate]:
    try:
        found = load_pem_x509_certificates(text)
    except ValueError:
        raise InvalidInputError("trust takes certificates in PEM") from None
    return [Certificate.load(each.public_bytes(Encoding.DER)) for each in found]


def _signatures(document: bytes) -> list[EmbeddedPdfSignature]:
    reader = PdfFileReader(BytesIO(document), strict=False)
    if len(reader.embedded_signatures) < len(_BYTE_RANGE.findall(document)):
        raise UnreadablePdfError("The PDF holds a signature that nothing refers to")
    return list(reader.embedded_regular_signatures)


def _judge_all(
    document: bytes, signatures: Sequence[EmbeddedPdfSignature], trusted: Sequence[bool]
) -> tuple[SignatureCheck, ...]:
    return tuple(
        _judge(signature, document, trusted=trust, is_last=signature is signatures[-1])
        for signature, trust in zip(signatures, trusted, strict=True)
    )


def _judge(
    signature: EmbeddedPdfSignature, document: bytes, *, trusted: bool, is_last: bool
) -> SignatureCheck:
    stamps = [
        _stamped_at(signature, stamp)
        for stamp in extract_tst_data_iter(signature.signer_info, signed=False)
    ]
    sound = _is_sound(signature.signed_data, "data", signature.compute_digest())
    return SignatureCheck(
        field_name=signature.field_name,
        signer=_common_name(signature.signer_cert),
        intact=sound and None not in stamps and _fills_its_gap(signature, document),
        covers_whole_file=_covers(signature, is_last=is_last),
        trusted=trusted,
        signed_at=next(filter(None, stamps), signature.self_reported_timestamp),
        timestamped=any(stamps),
    )


def _common_name(certificate: Certificate) -> str:
    subject: Any = certificate.subject
    return str(subject.native.get("common_name") or subject.human_friendly)


def _is_sound(signed_data: SignedData, content_type: str, digest: bytes) -> bool:
    info: Any = extract_signer_info(signed_data)
    if info["digest_algorithm"]["algorithm"].native not in _SOUND_DIGESTS:
        return False
    signer = extract_certs_for_validation(signed_data).signer_cert
    try:
        return all(validate_sig_integrity(info, signer, content_type, digest))
    except SignatureValidationError:
        return False


def _stamped_at(signature: EmbeddedPdfSignature, stamp: SignedData) -> datetime | None:
    content = _content(stamp)
    imprint = content.parsed["message_imprint"]
    stamped = message_imprint_checker(signature.signer_info)
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if stamped(algorithm) != imprint["hashed_message"].native:
        return None
    if not _is_sound(stamp, "tst_info", _content_digest(stamp)):
        return None
    moment: datetime = content.parsed["gen_time"].native
    return moment


def _content(signed_data: Any) -> Any:
    return signed_data["encap_content_info"]["content"]


def _content_digest(signed_data: SignedData) -> bytes:
    info: Any = extract_signer_info(signed_data)
    algorithm = info["digest_algorithm"]["algorithm"].native
    digest = Hash(get_pyca_cryptography_hash(algorithm))
    digest.update(bytes(_content(signed_data)))
    return digest.finalize()


def _fills_its_gap(signature: EmbeddedPdfSignature, document: bytes) -> bool:
    """Whether what is not signed holds the signature, zeros and nothing else."""
    content = signature.pkcs7_content
    byte_range: Any = signature.byte_range
    _, begin, end, _ = byte_range
    as_written = document[begin:end].lower()
    padding = content[peek(content) :]
    return as_written == b"<%s>" % content.hex().encode() and not padding.strip(b"\0")


def _covers(signature: EmbeddedPdfSignature, *, is_last: bool) -> bool:
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyHanko's
    if signature.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    changes = signature.diff_result
    summary: dict[str, Any] = signature.summarise_integrity_info()
    if not (summary["docmdp_ok"] and isinstance(changes, DiffResult)):
        return False
    return not is_last or changes.modification_level is ModificationLevel.LTA_UPDATES


async def _are_trusted(
    signatures: Sequence[EmbeddedPdfSignature],
    roots: Sequence[Certificate],
    moment: datetime | None,
) -> list[bool]:
    with _broken_means_unreadable():
        return [await _is_trusted(each, roots, moment) for each in signatures]


async def _is_trusted(
    signature: EmbeddedPdfSignature,
    roots: Sequence[Certificate],
    moment: datetime | None,
) -> bool:
    signer = signature.signer_cert
    usage: Any = signer.key_usage_value
    if usage is not None and not _SIGNING_USAGES & usage.native:
        return False
    context = ValidationContext(
        trust_roots=roots, moment=moment, other_certs=signature.other_embedded_certs
    )
    validator = CertificateValidator(signer, validation_context=context)
    try:
        await validator.async_validate_path()
    except (PathBuildingError, ValidationError):
        return False
    return True
