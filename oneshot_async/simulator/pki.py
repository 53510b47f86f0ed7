"""A certificate authority that lives as long as its simulator, trusted by nobody."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Self

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

SIMULATED = "SIMULATED - no legal value"

_CERTIFICATE_LIFE = timedelta(hours=24)
_AUTHORITY_LIFE = timedelta(days=3650)
_LONGEST_VALUE = 64
_SHORT_NAMES = {
    NameOID.GIVEN_NAME: "GN",
    NameOID.SURNAME: "SN",
    NameOID.SERIAL_NUMBER: "serialNumber",
}
# All but what a PrintableString can hold, which the serial number in a name is.
_UNPRINTABLE = re.compile(r"[^A-Za-z0-9 '()+,./:=?-]")
_NO_USAGE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
# A verifier takes a response out of a document if the certificate says that there are
# any; nobody answers at this address.
_RESPONDER = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP,
            x509.UniformResourceIdentifier("http://ocsp.invalid/"),
        )
    ]
)


@attrs.frozen(kw_only=True)
class Person:
    """Whom a certificate names, as the registration authority knows them."""

    given_name: str = attrs.field(repr=False)
    surname_1: str = attrs.field(repr=False)
    surname_2: str | None = attrs.field(repr=False)
    serial_number: str = attrs.field(repr=False)
    id_document_type: str = attrs.field(repr=False)
    country: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)

    @property
    def surname(self) -> str:
        """Both surnames, or the only one."""
        return " ".join(name for name in (self.surname_1, self.surname_2) if name)

    @property
    def full_name(self) -> str:
        """Given name and surnames, in this order."""
        return " ".join(name for name in (self.given_name, self.surname) if name)

    @property
    def identifier(self) -> str:
        """The semantic identifier of ETSI EN 319 412-1, as in `IDCES-0000000T`."""
        return f"{self.id_document_type}{self.country}-{self.serial_number}"


@attrs.frozen(kw_only=True)
class KeyPair:
    """A private key and the certificate that speaks for it."""

    certificate: x509.Certificate = attrs.field(repr=False)
    private_key: EllipticCurvePrivateKey = attrs.field(repr=False)

    @property
    def certificate_der(self) -> bytes:
        """The certificate as signatures carry it."""
        return self.certificate.public_bytes(Encoding.DER)


@attrs.frozen(kw_only=True)
class Credential:
    """The key and the certificate of one request, good for 24 hours."""

    person: Person
    keys: KeyPair
    valid_from: datetime
    valid_to: datetime

    @property
    def serial_number(self) -> str:
        """The certificate's serial number, 16 hexadecimal characters."""
        return f"{self.keys.certificate.serial_number:016X}"

    @property
    def common_name(self) -> str:
        """The name in the certificate, cut to what a certificate can hold."""
        return _cut(self.person.full_name)

    @property
    def subject(self) -> str:
        """The certificate's whole subject in one line."""
        parts = reversed(self.keys.certificate.subject.rdns)
        return ", ".join(part.rfc4514_string(_SHORT_NAMES) for part in parts)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone, without key and issuer."""
        return self.keys.certificate.public_bytes(Encoding.PEM)


@attrs.frozen(kw_only=True)
class Authority:
    """A root that signs certificates for people and for two services of its own.

    Attributes:
        time_stamper: who testifies that something existed.
        responder: who testifies that a certificate is not revoked.
    """

    root: KeyPair
    time_stamper: KeyPair
    responder: KeyPair

    @classmethod
    def create(cls, now: datetime) -> Self:
        """Make a root and its services with fresh keys, valid for ten years."""
        root = _make_root(now)
        return cls(
            root=root,
            time_stamper=_make_time_stamper(root, now),
            responder=_make_responder(root, now),
        )

    @property
    def root_pem(self) -> bytes:
        """The root certificate, to be trusted by whoever verifies."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def issue(self, person: Person, now: datetime) -> Credential:
        """Issue the single-use certificate of one request."""
        valid_from = now.replace(microsecond=0)
        valid_to = valid_from + _CERTIFICATE_LIFE
        key = generate_private_key(SECP256R1())
        builder = _certify(_person_name(person), key, valid_from, valid_to)
        keys = _seal(_mark_as_person(builder, person), key, self.root)
        return Credential(
            person=person, keys=keys, valid_from=valid_from, valid_to=valid_to
        )


def _make_root(now: datetime) -> KeyPair:
    key = generate_private_key(SECP256R1())
    name = _service_name("One-Shot simulator root")
    builder = _certify(name, key, *_authority_life(now)).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    certificate = builder.issuer_name(name).sign(key, SHA256())
    return KeyPair(certificate=certificate, private_key=key)


def _make_time_stamper(root: KeyPair, now: datetime) -> KeyPair:
    usage = ExtendedKeyUsageOID.TIME_STAMPING
    key, builder = _service("One-Shot simulator time-stamper", usage, now)
    return _seal(builder, key, root)


def _make_responder(root: KeyPair, now: datetime) -> KeyPair:
    usage = ExtendedKeyUsageOID.OCSP_SIGNING
    key, builder = _service("One-Shot simulator OCSP responder", usage, now)
    # Whether the responder itself is revoked is not to be asked for ever.
    builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return _seal(builder, key, root)


def _service(
    common_name: str, usage: x509.ObjectIdentifier, now: datetime
) -> tuple[EllipticCurvePrivateKey, x509.CertificateBuilder]:
    key = generate_private_key(SECP256R1())
    builder = _certify(_service_name(common_name), key, *_authority_life(now))
    builder = builder.add_extension(_usage("digital_signature"), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return key, builder


def _authority_life(now: datetime) -> tuple[datetime, datetime]:
    # It begins a day early so that a clock that is a little behind is no problem.
    return now - timedelta(days=1), now + _AUTHORITY_LIFE


def _certify(
    subject: x509.Name, key: EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )


def _mark_as_person(
    builder: x509.CertificateBuilder, person: Person
) -> x509.CertificateBuilder:
    usage = _usage("digital_signature", "content_commitment")
    builder = builder.add_extension(usage, critical=True)
    try:
        mailbox = x509.RFC822Name(person.email)
    except ValueError:  # not ASCII, or no mailbox: it stays out of the certificate
        return builder
    address = x509.SubjectAlternativeName([mailbox])
    return builder.add_extension(address, critical=False)


def _seal(
    builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey, issuer: KeyPair
) -> KeyPair:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(
        issuer.private_key.public_key()
    )
    builder = builder.issuer_name(issuer.certificate.subject)
    builder = builder.add_extension(authority, critical=False)
    builder = builder.add_extension(_RESPONDER, critical=False)
    certificate = builder.sign(issuer.private_key, SHA256())
    return KeyPair(certificate=certificate, private_key=key)


def _person_name(person: Person) -> x509.Name:
    return _name(
        (NameOID.COUNTRY_NAME, _country(person.country)),
        (NameOID.ORGANIZATION_NAME, SIMULATED),
        (NameOID.SERIAL_NUMBER, _UNPRINTABLE.sub("?", person.identifier)),
        (NameOID.SURNAME, person.surname),
        (NameOID.GIVEN_NAME, person.given_name),
        (NameOID.COMMON_NAME, person.full_name),
    )


def _service_name(common_name: str) -> x509.Name:
    return _name(
        (NameOID.ORGANIZATION_NAME, SIMULATED), (NameOID.COMMON_NAME, common_name)
    )


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(oid, _cut(value)) for oid, value in parts if value]
    )


def _country(country: str) -> str:
    is_code = len(country) == 2 and country.isascii() and country.isalpha()
    return country.upper() if is_code else ""


def _cut(value: str) -> str:
    # The limit is counted in bytes, and half a character is no character.
    start = value.encode(errors="replace")[:_LONGEST_VALUE]
    return start.decode(errors="ignore")


def _serial_number() -> int:
    # The highest bit stays clear and the next is set: always 16 characters, positive.
    return secrets.randbits(62) | 1 << 62


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{**_NO_USAGE, **dict.fromkeys(allowed, True)})
