import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oneshot_async import verification
from oneshot_async.errors import (
    InvalidInputError,
    MissingExtraError,
    UnreadablePdfError,
)
from oneshot_async.simulator.pades import Seal, sign_pdf
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.simulator.pki import Authority, Person
from oneshot_async.verification import Distrust, SignatureCheck

NOW = datetime(2030, 5, 17, 10, 30, 15, tzinfo=UTC)
PERSON = Person(
    given_name="Łukasz",
    surname_1="Gómez",
    surname_2=None,
    serial_number="0000000T",
    id_document_type="IDC",
    country="ES",
    email="signer@example.com",
)


@cache
def authority() -> Authority:
    return Authority.create(NOW)


def sign(document: bytes, *, use_tsa: bool = True) -> bytes:
    return sign_pdf(
        document,
        credential=authority().issue(PERSON, NOW),
        authority=authority(),
        seal=Seal(appearance={"text": ["%(CN)s"]}, use_tsa=use_tsa),
        now=NOW,
    )


@cache
def once() -> bytes:
    return sign(sample_pdf())


@cache
def unstamped() -> bytes:
    return sign(sample_pdf(), use_tsa=False)


@cache
def twice() -> bytes:
    return sign(once())


def verify_pdf(document: bytes, **options: Any) -> tuple[SignatureCheck, ...]:
    return asyncio.run(verification.verify_pdf(document, **options)).signatures


def is_valid(document: bytes) -> bool:
    """Whether the document is found readable, signed, and valid throughout."""
    try:
        checks = verify_pdf(document, trust=[authority().root_pem], moment=NOW)
    except UnreadablePdfError:
        return False
    return bool(checks) and all(check.valid for check in checks)


def alter(document: bytes, position: int, flip: int) -> bytes:
    altered = bytearray(document)
    altered[position] ^= flip
    return bytes(altered)


def test_intact_signature_is_valid() -> None:
    """A signature under a trusted root, with nothing changed, is valid."""
    (check,) = verify_pdf(once(), trust=[authority().root_pem], moment=NOW)

    assert check.valid
    assert check.intact
    assert check.covers_whole_file
    assert check.trusted
    assert check.timestamped
    assert check.signer == "Łukasz Gómez"
    assert check.signed_at == NOW


def test_every_signature_is_checked() -> None:
    """Signatures come in the order of signing, and the first outlives the second."""
    checks = verify_pdf(twice(), trust=[authority().root_pem], moment=NOW)

    assert [check.valid for check in checks] == [True, True]


def test_unsigned_pdf_has_no_checks() -> None:
    """Nothing signed is nothing to check."""
    assert verify_pdf(sample_pdf()) == ()


@pytest.mark.parametrize("trust", [[], [Authority.create(NOW).root_pem]])
def test_other_roots_do_not_make_it_trusted(trust: list[bytes]) -> None:
    """A signature of somebody else's root is intact and not valid."""
    (check,) = verify_pdf(once(), trust=trust, moment=NOW)

    assert check.intact
    assert not check.trusted
    assert not check.valid


def test_several_roots_can_be_trusted() -> None:
    """The right root may stand anywhere among others."""
    other = Authority.create(NOW).root_pem
    (check,) = verify_pdf(
        once(), trust=[other + authority().root_pem, other], moment=NOW
    )

    assert check.trusted


@pytest.mark.parametrize(
    ("moment", "distrust"),
    [
        (NOW - timedelta(seconds=10), Distrust.NOT_YET_VALID),
        (NOW, None),
        (NOW + timedelta(hours=24), None),
        (NOW + timedelta(hours=24, seconds=10), Distrust.EXPIRED),
        (None, Distrust.NOT_YET_VALID),
    ],
)
def test_trust_is_judged_at_the_moment(
    moment: datetime | None, distrust: Distrust | None
) -> None:
    """With no time-stamp the certificate must be valid then; without a moment, now."""
    (check,) = verify_pdf(unstamped(), trust=[authority().root_pem], moment=moment)

    assert check.distrust is distrust
    assert not check.timestamped
    assert check.judged_at == moment or moment is None


def signatures_in(document: bytes) -> list[range]:
    """Where the hexadecimal digits of the signatures stand, without the zeros."""
    found = re.finditer(rb"<([0-9a-fA-F]{2000,}?)0{200,}>", document)
    return [range(*each.span(1)) for each in found]


@pytest.mark.parametrize("document", [once, twice])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_one_altered_byte_makes_it_invalid(
    document: Callable[[], bytes], data: st.DataObject
) -> None:
    """Whichever byte it is that was signed, changing it does not go unnoticed."""
    content = document()
    position = data.draw(st.integers(0, len(content) - 1))
    assume(not any(position in digits for digits in signatures_in(content)))
    flip = data.draw(st.integers(1, 255))

    assert not is_valid(alter(content, position, flip))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.55, 0.7, 0.9, 0.99])
def test_altered_signature_is_invalid(share: float) -> None:
    """Nor does a change of the certificates, the signature or the time-stamp."""
    digits = signatures_in(once())[-1]
    position = digits[int(len(digits) * share)]

    assert not is_valid(alter(once(), position, 1))


def test_zeros_behind_the_signature_are_not_free_space() -> None:
    """Something written where the space for the signature was not needed is found."""
    content = once()
    end = content.rindex(b"0" * 100 + b">")

    assert is_valid(content)
    assert not is_valid(alter(content, end + 50, 1))


@pytest.mark.parametrize("added", [b"\n", b"%%EOF\n", b"anything"])
def test_something_added_makes_it_invalid(added: bytes) -> None:
    """The last signature covers the file to its end."""
    assert not is_valid(once() + added)


def test_last_signature_cut_off_leaves_the_first() -> None:
    """Each revision is a document of its own."""
    assert is_valid(twice()[: len(once())])


@pytest.mark.parametrize("document", [b"", b"hello", b"%PDF-1.7\n%%EOF", once()[:-900]])
def test_unreadable_pdf_is_said_so(document: bytes) -> None:
    """What cannot be read is one named error."""
    with pytest.raises(UnreadablePdfError):
        verify_pdf(document)


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_exception(document: bytes) -> None:
    """Rubbish is unreadable, whatever it is."""
    with pytest.raises(UnreadablePdfError):
        verify_pdf(b"%PDF-1.4\n" + document)


def test_naive_moment_is_refused() -> None:
    """A moment without a time zone could mean anything."""
    with pytest.raises(InvalidInputError, match="time zone"):
        verify_pdf(once(), moment=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("trust", [b"", b"not a certificate", b"\x30\x00"])
def test_trust_that_is_no_certificate_is_refused(trust: bytes) -> None:
    """A root that cannot be read is the caller's mistake and named as such."""
    with pytest.raises(InvalidInputError, match="trust"):
        verify_pdf(once(), trust=[trust])


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyHanko the error says what to install."""
    monkeypatch.delitem(sys.modules, "oneshot_async._pdf_signatures", raising=False)
    monkeypatch.setitem(sys.modules, "pyhanko.pdf_utils.reader", None)

    with pytest.raises(MissingExtraError, match=r"oneshot-async\[verify\]"):
        verify_pdf(once())


def test_import_is_cheap() -> None:
    """Importing the module does not import pyHanko."""
    code = (
        "import sys, oneshot_async.verification\n"
        "assert not any(name.startswith('pyhanko') for name in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
