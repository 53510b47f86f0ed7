"""What a whole document is worth: trust in its time, its stamps and its signer."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from oneshot_async import Request, RequestPk, Signer, verification
from oneshot_async.simulator.ltv import add_document_stamp, add_proofs
from oneshot_async.simulator.pades import Seal, sign_pdf
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.simulator.pki import Authority, Credential, Person
from oneshot_async.verification import Distrust, Verification

NOW = datetime(2020, 5, 17, 10, 30, 15, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
PERSON = Person(
    given_name="Łukasz María",
    surname_1="Gómez",
    surname_2="Pérez",
    serial_number="0000000T",
    id_document_type="IDC",
    country="ES",
    email="signer@example.com",
)
REQUEST = Request(
    pk=RequestPk(7),
    status="ISSUED",
    given_name="ŁUKASZ MARIA",
    surname_1="Gomez",
    surname_2="PÉREZ",
    serial_number="0000000t",
)


@cache
def authority() -> Authority:
    return Authority.create(NOW)


@cache
def credential() -> Credential:
    return authority().issue(PERSON, NOW)


def sign(*, use_tsa: bool = True, stamper: Authority | None = None) -> bytes:
    return sign_pdf(
        sample_pdf(),
        credential=credential(),
        authority=stamper or authority(),
        seal=Seal(use_tsa=use_tsa),
        now=NOW,
    )


@cache
def archived() -> bytes:
    """A document with no time-stamp in its signature, and one over it all."""
    stamper = authority().time_stamper
    return add_document_stamp(sign(use_tsa=False), keys=stamper, now=NOW)


def verify(
    document: bytes, *, later: timedelta = YEARS, **options: Any
) -> Verification:
    chosen = {"trust": [authority().root_pem], "moment": NOW + later} | options
    return asyncio.run(verification.verify_pdf(document, **chosen))


def test_time_stamp_outlives_the_certificate() -> None:
    """A certificate that has expired since is judged at the time that is proven."""
    found = verify(sign())

    (check,) = found.signatures
    assert check.judged_at == NOW
    assert check.stamp
    assert check.stamp.authority == "One-Shot simulator time-stamper"
    assert check.stamp.valid
    assert found.valid


def test_certificate_expires_without_a_time_stamp() -> None:
    """Nobody proves when it was signed, so it holds as long as the certificate."""
    document = sign(use_tsa=False)

    assert verify(document, later=timedelta(hours=23)).valid
    found = verify(document)
    (check,) = found.signatures
    assert check.stamp is None
    assert check.distrust is Distrust.EXPIRED
    assert found.problems == (
        f"{check.field_name}: its certificate is not trusted: it had expired",
    )


def test_stranger_proves_no_time() -> None:
    """A time-stamp of an authority that is not trusted is said so, and no proof."""
    found = verify(sign(stamper=Authority.create(NOW)))

    (check,) = found.signatures
    assert check.stamp
    assert check.stamp.distrust is Distrust.UNKNOWN_ROOT
    assert (check.timestamped, check.distrust) == (True, Distrust.EXPIRED)


def test_signers_certificate_stamps_no_time() -> None:
    """Who may sign may not testify when."""
    person = credential().keys
    impostor = attrs.evolve(authority(), time_stamper=person)
    found = verify(sign(stamper=impostor), later=timedelta(hours=1))

    (check,) = found.signatures
    assert check.stamp
    assert check.stamp.distrust is Distrust.UNFIT
    assert check.judged_at == NOW + timedelta(hours=1)


def test_time_stamp_from_the_future_proves_nothing() -> None:
    """A stamp that tells a time still to come does not count."""
    (check,) = verify(sign(), later=-timedelta(hours=1)).signatures

    assert check.judged_at == NOW - timedelta(hours=1)
    assert check.distrust is Distrust.NOT_YET_VALID


def test_document_stamp_proves_what_it_covers() -> None:
    """One over the whole document is as good as one in the signature."""
    found = verify(archived())

    (check,), (stamp,) = found.signatures, found.stamps
    assert (stamp.valid, stamp.stamped_at) == (True, NOW)
    assert (check.stamp, check.judged_at) == (None, NOW)
    assert found.valid


def altered_stamp() -> bytes:
    """Return the document with one digit of its time-stamp's signature changed."""
    end = archived().rindex(b"0" * 100 + b">")
    digits = len(archived()[:end].rstrip(b"0"))
    changed = bytearray(archived())
    changed[digits - 40] = ord("1" if changed[digits - 40] == ord("0") else "0")
    return bytes(changed)


def test_altered_document_stamp_is_found() -> None:
    """A change of the last time-stamp, which no signature covers, is noticed."""
    found = verify(altered_stamp(), later=timedelta(hours=1))

    assert [check.valid for check in found.signatures] == [True]
    (stamp,) = found.stamps
    assert not stamp.intact
    assert found.problems == (
        f"{stamp.field_name}: what it covers, or it itself, was changed",
    )


def test_document_stamp_covers_the_file_to_its_end() -> None:
    """What is added behind the last time-stamp is found."""
    found = verify(archived() + b"anything", later=timedelta(hours=1))

    (stamp,) = found.stamps
    assert (stamp.intact, stamp.covers_whole_file) == (True, False)
    assert not found.valid


def test_document_stamp_covers_what_it_was_made_for() -> None:
    """A byte of the signed revision that changes breaks signature and stamp."""
    changed = bytearray(archived())
    changed[changed.index(b"%PDF-") + 12] ^= 1
    found = verify(bytes(changed))

    assert not found.stamps[0].intact
    assert not found.signatures[0].intact


def revoked(at: datetime) -> bytes:
    """Return an OCSP response that the signer's certificate was revoked."""
    responder = authority().responder
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=credential().keys.certificate,
        issuer=authority().root.certificate,
        algorithm=SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED,
        this_update=NOW + timedelta(hours=2),
        next_update=NOW + timedelta(days=9999),
        revocation_time=at,
        revocation_reason=ReasonFlags.key_compromise,
    )
    builder = builder.responder_id(
        ocsp.OCSPResponderEncoding.HASH, responder.certificate
    )
    builder = builder.certificates([responder.certificate])
    response = builder.sign(responder.private_key, SHA256())
    return response.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("at", "distrust"),
    [
        (NOW - timedelta(seconds=5), Distrust.REVOKED),
        (NOW + timedelta(hours=1), None),
    ],
)
def test_embedded_revocation_counts_from_its_time(
    at: datetime, distrust: Distrust | None
) -> None:
    """A certificate that was revoked before it signed is not trusted."""
    document = add_proofs(sign(), certificates=[], responses=[revoked(at)])

    (check,) = verify(document).signatures
    assert check.distrust is distrust


def test_document_without_signature_is_not_valid() -> None:
    """Nothing signed is not fine."""
    assert verify(sample_pdf()).problems == ("nobody has signed it",)


def test_signer_is_the_requests() -> None:
    """Neither accents nor case keep a certificate from being the person's."""
    found = verify(sign(), signer=REQUEST)

    assert found.signatures[0].names_signer
    assert found.valid


def test_nobody_expected_is_nobody_judged() -> None:
    """Without a signer, or with one of whom nothing is known, it is left open."""
    nobody = Request(pk=RequestPk(7), status="ISSUED")

    assert verify(sign()).signatures[0].names_signer is None
    assert verify(sign(), signer=nobody).signatures[0].names_signer is None


@pytest.mark.parametrize(
    "change",
    [
        {"given_name": "Eve"},
        {"surname_1": "Other"},
        {"surname_2": "Other"},
        {"serial_number": "1111111T"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_wrong_signer_is_found(change: dict[str, str]) -> None:
    """Another's certificate, however valid, is not what was asked for."""
    found = verify(sign(), signer=attrs.evolve(REQUEST, **change))

    assert found.signatures[0].valid
    assert found.problems == ("no signature is in the name of who was to sign",)


@pytest.mark.parametrize("length", [30, 64, 65, 200])
def test_long_name_is_cut_and_still_the_persons(length: int) -> None:
    """A certificate holds no more than 64 bytes of a name."""
    surname = "Gó" * (length // 2)
    long = attrs.evolve(PERSON, surname_1=surname, surname_2=None)
    document = sign_pdf(
        sample_pdf(),
        credential=authority().issue(long, NOW),
        authority=authority(),
        seal=Seal(),
        now=NOW,
    )
    asked = Signer(
        given_name=long.given_name,
        surname_1=surname,
        id_document_country="ES",
        serial_number=long.serial_number,
        email="x@example.com",
        mobile_phone_number="+34600000000",
    )

    assert verify(document, signer=asked).signatures[0].names_signer


@pytest.mark.parametrize("make", [sign, archived])
def test_nothing_of_a_person_is_shown(make: Callable[[], bytes]) -> None:
    """Neither the result nor its problems have the signer's name in them."""
    shown = repr(verify(make(), trust=[], signer=REQUEST))

    assert "Gómez" not in shown
    assert "0000000T" not in shown
