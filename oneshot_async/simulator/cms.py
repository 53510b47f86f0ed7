"""Signatures in the Cryptographic Message Syntax (RFC 5652), with time-stamps.

They are written here by hand because pyHanko's way of writing them, asn1crypto, takes
seconds where one of the nested lengths happens to end in the byte 0x80.
"""

import secrets
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from . import der
from .pki import KeyPair

DIGEST = "sha256"

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_TIME_STAMP_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = der.oid("1.2.840.113549.1.9.5")
_SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP = der.oid("1.2.840.113549.1.9.16.2.14")
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ECDSA = der.sequence(der.oid("1.2.840.10045.4.3.2"))
_STAMPING_POLICY = der.oid("2.999.1")  # an arc that is reserved for examples


def sign_digest(
    digest: bytes,
    *,
    keys: KeyPair,
    signing_time: datetime | None,
    time_stamper: KeyPair | None,
    now: datetime,
) -> bytes:
    """Sign a document that stays elsewhere and is known by its SHA-256.

    Args:
        digest: the document's SHA-256.
        keys: whose signature it is.
        signing_time: the time the signer claims; PAdES forbids to claim one here.
        time_stamper: who testifies that the signature existed `now`, if anyone.
        now: the time that is stamped.
    """
    attributes = _attributes(_DATA, digest, keys, signing_time)
    signature = _sign(attributes, keys)
    stamps = b""
    if time_stamper is not None:
        imprint = sha256(signature).digest()
        token = stamp_time(imprint, keys=time_stamper, now=now)
        stamps = der.tagged(1, _attribute(_TIME_STAMP, token))
    info = _signer_info(attributes, signature, keys, stamps)
    return _message(1, der.sequence(_DATA), info, keys)


def stamp_time(imprint: bytes, *, keys: KeyPair, now: datetime) -> bytes:
    """Make the RFC 3161 token that says when something with this SHA-256 existed."""
    content = der.sequence(
        der.integer(1),
        _STAMPING_POLICY,
        der.sequence(_SHA256, der.octets(imprint)),
        der.integer(secrets.randbits(63)),
        der.generalized_time(now),
    )
    digest = sha256(content).digest()
    attributes = _attributes(_TIME_STAMP_INFO, digest, keys, now)
    info = _signer_info(attributes, _sign(attributes, keys), keys)
    enclosed = der.sequence(_TIME_STAMP_INFO, der.tagged(0, der.octets(content)))
    return _message(3, enclosed, info, keys)


def _attributes(
    content_type: bytes, digest: bytes, keys: KeyPair, signing_time: datetime | None
) -> bytes:
    fingerprint = der.octets(sha256(keys.certificate_der).digest())
    certificate = der.sequence(der.sequence(der.sequence(fingerprint)))
    attributes = [
        _attribute(_CONTENT_TYPE, content_type),
        _attribute(_MESSAGE_DIGEST, der.octets(digest)),
        _attribute(_SIGNING_CERTIFICATE, certificate),
    ]
    if signing_time is not None:
        attributes.append(_attribute(_SIGNING_TIME, _time(signing_time)))
    return der.set_of(*attributes)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of(value))


def _time(moment: datetime) -> bytes:
    return (der.utc_time if moment.year < 2050 else der.generalized_time)(moment)


def _sign(attributes: bytes, keys: KeyPair) -> bytes:
    return keys.private_key.sign(attributes, ECDSA(SHA256()))


def _signer_info(
    attributes: bytes, signature: bytes, keys: KeyPair, stamps: bytes = b""
) -> bytes:
    issuer = keys.certificate.issuer.public_bytes()
    return der.sequence(
        der.integer(1),
        der.sequence(issuer, der.integer(keys.certificate.serial_number)),
        _SHA256,
        der.retagged(0, attributes),
        _ECDSA,
        der.octets(signature),
        stamps,
    )


def _message(version: int, content: bytes, signer_info: bytes, keys: KeyPair) -> bytes:
    signed_data = der.sequence(
        der.integer(version),
        der.set_of(_SHA256),
        content,
        der.tagged(0, keys.certificate_der),
        der.set_of(signer_info),
    )
    return der.sequence(_SIGNED_DATA, der.tagged(0, signed_data))
