"""What the authority says when it is asked whether a certificate is revoked."""

from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, ocsp

from .pki import Authority


def vouch(certificate: Certificate, *, authority: Authority, now: datetime) -> bytes:
    """Return the OCSP response, in DER, that a certificate is not revoked.

    It holds as long as the certificate, for nobody can be asked for another one.
    """
    responder = authority.responder.certificate
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=authority.root.certificate,
        algorithm=SHA256(),
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=now.replace(microsecond=0),
        next_update=certificate.not_valid_after_utc,
        revocation_time=None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
    builder = builder.certificates([responder])
    response = builder.sign(authority.responder.private_key, SHA256())
    return response.public_bytes(Encoding.DER)
