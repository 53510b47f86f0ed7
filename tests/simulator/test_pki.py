from datetime import datetime, timedelta

import attrs
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from oneshot_async.simulator.pki import Authority, Credential, Person


def subject_of(credential: Credential) -> dict[x509.ObjectIdentifier, str]:
    certificate = x509.load_pem_x509_certificate(credential.certificate_pem)
    return {part.oid: str(part.value) for part in certificate.subject}


def test_certificate_names_the_person(credential: Credential) -> None:
    """The subject holds name, surnames, semantic identifier and country."""
    subject = subject_of(credential)

    assert subject[NameOID.COMMON_NAME] == "Łukasz Gómez Ñandú"
    assert subject[NameOID.GIVEN_NAME] == "Łukasz"
    assert subject[NameOID.SURNAME] == "Gómez Ñandú"
    assert subject[NameOID.SERIAL_NUMBER] == "IDCES-0000000T"
    assert subject[NameOID.COUNTRY_NAME] == "ES"


def test_certificate_and_root_say_that_they_are_simulated(
    credential: Credential, authority: Authority
) -> None:
    """Nobody can take the certificate or its issuer for a real one."""
    root = x509.load_pem_x509_certificate(authority.root_pem)

    assert "SIMULATED - no legal value" in credential.subject
    assert "SIMULATED - no legal value" in root.subject.rfc4514_string()


def test_certificate_is_valid_for_exactly_a_day(
    credential: Credential, now: datetime
) -> None:
    """It begins now, to the second, and ends 24 hours later."""
    certificate = x509.load_pem_x509_certificate(credential.certificate_pem)

    assert certificate.not_valid_before_utc == now.replace(microsecond=0)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == (
        timedelta(hours=24)
    )
    assert credential.valid_from == certificate.not_valid_before_utc
    assert credential.valid_to == certificate.not_valid_after_utc


def test_certificate_is_issued_by_the_root(
    credential: Credential, authority: Authority
) -> None:
    """The root's key signed it, and it may sign documents but no certificates."""
    certificate = x509.load_pem_x509_certificate(credential.certificate_pem)
    root = x509.load_pem_x509_certificate(authority.root_pem)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    certificate.verify_directly_issued_by(root)
    assert usage.content_commitment
    assert usage.digital_signature
    assert not usage.key_cert_sign


def test_serial_numbers_are_16_hexadecimal_characters(
    authority: Authority, person: Person, now: datetime
) -> None:
    """Each certificate has its own serial number, in the width of the wire."""
    serials = {authority.issue(person, now).serial_number for _ in range(50)}

    assert len(serials) == 50
    assert all(len(serial) == 16 and int(serial, 16) for serial in serials)


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": "Ana " * 100},
        {"surname_1": "", "surname_2": None},
        {"given_name": "日本", "surname_1": "Ελένη"},
        {"country": "Spain"},
        {"country": ""},
        {"serial_number": "7" * 200},
        {"serial_number": "Nº %1"},
        {"email": "josé@example.com"},
        {"email": "[]"},
        {"email": ""},
    ],
)
def test_unusual_people_get_a_certificate_too(
    authority: Authority, person: Person, now: datetime, changes: dict[str, str]
) -> None:
    """What a certificate cannot hold is cut or left out, and nothing crashes."""
    credential = authority.issue(attrs.evolve(person, **changes), now)

    assert len(subject_of(credential)[NameOID.COMMON_NAME]) <= 64


def test_e_mail_address_is_the_alternative_name(credential: Credential) -> None:
    """The address stands where mail programs look for it."""
    certificate = x509.load_pem_x509_certificate(credential.certificate_pem)
    names = certificate.extensions.get_extension_for_oid(
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    ).value

    assert names.get_values_for_type(x509.RFC822Name) == ["signer@example.com"]


def test_nothing_personal_in_a_repr(credential: Credential, person: Person) -> None:
    """Neither a person nor a credential shows data or keys when printed."""
    shown = repr(credential) + repr(person)

    assert not any(
        secret in shown
        for secret in ("Łukasz", "Gómez", "0000000T", "example", "BEGIN", "IDCES")
    )
