"""Whether what a signature or a time-stamp covers is what it was, through pyHanko."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# The reason: asn1crypto, in which pyHanko speaks, has no types.

from typing import Any

from asn1crypto.cms import SignedData
from asn1crypto.parser import peek
from cryptography.hazmat.primitives.hashes import Hash
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    message_imprint_checker,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

_SOUND_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")


def is_signature_intact(signature: EmbeddedPdfSignature, document: bytes) -> bool:
    """Tell whether a signature is sound and over what the document says now."""
    sound = _is_sound(signature.signed_data, "data", signature.compute_digest())
    return sound and _fills_its_gap(signature, document)


def is_document_stamp_intact(stamp: EmbeddedPdfSignature, document: bytes) -> bool:
    """Tell whether a time-stamp over the document is sound and over what it was."""
    imprint = content_of(stamp.signed_data).parsed["message_imprint"]
    digest = imprint["hashed_message"].native
    if digest != stamp.compute_digest() or not _is_sound_digest(imprint):
        return False
    return _is_stamp_sound(stamp.signed_data) and _fills_its_gap(stamp, document)


def is_stamp_intact(signature: EmbeddedPdfSignature, stamp: SignedData) -> bool:
    """Tell whether a time-stamp is sound and over the signature that it is in."""
    imprint = content_of(stamp).parsed["message_imprint"]
    stamped = message_imprint_checker(signature.signer_info)
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    fits = stamped(algorithm) == imprint["hashed_message"].native
    return fits and _is_stamp_sound(stamp)


def covers_whole_file(signature: EmbeddedPdfSignature, *, is_last: bool) -> bool:
    """Tell whether nothing came after it but what may."""
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyHanko's
    if signature.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    changes = signature.diff_result
    summary: dict[str, Any] = signature.summarise_integrity_info()
    if not (summary["docmdp_ok"] and isinstance(changes, DiffResult)):
        return False
    return not is_last or changes.modification_level is ModificationLevel.LTA_UPDATES


def content_of(signed_data: Any) -> Any:
    """Return what is inside a CMS message: of a time-stamp, what it says."""
    return signed_data["encap_content_info"]["content"]


def _is_sound(signed_data: SignedData, content_type: str, digest: bytes) -> bool:
    info: Any = extract_signer_info(signed_data)
    if info["digest_algorithm"]["algorithm"].native not in _SOUND_DIGESTS:
        return False
    signer = extract_certs_for_validation(signed_data).signer_cert
    try:
        return all(validate_sig_integrity(info, signer, content_type, digest))
    except SignatureValidationError:
        return False


def _is_stamp_sound(stamp: SignedData) -> bool:
    return _is_sound(stamp, "tst_info", _content_digest(stamp))


def _is_sound_digest(imprint: Any) -> bool:
    return imprint["hash_algorithm"]["algorithm"].native in _SOUND_DIGESTS


def _content_digest(signed_data: SignedData) -> bytes:
    info: Any = extract_signer_info(signed_data)
    algorithm = info["digest_algorithm"]["algorithm"].native
    digest = Hash(get_pyca_cryptography_hash(algorithm))
    digest.update(bytes(content_of(signed_data)))
    return digest.finalize()


def _fills_its_gap(signature: EmbeddedPdfSignature, document: bytes) -> bool:
    """Whether what is not signed holds the signature, zeros and nothing else."""
    content = signature.pkcs7_content
    byte_range: Any = signature.byte_range
    _, begin, end, _ = byte_range
    as_written = document[begin:end].lower()
    padding = content[peek(content) :]
    return as_written == b"<%s>" % content.hex().encode() and not padding.strip(b"\0")
