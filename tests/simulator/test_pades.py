import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import attrs
import pytest
from fpdf import FPDF
from fpdf.enums import AccessPermission
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from oneshot_async import verification
from oneshot_async.simulator.pades import Seal, SigningRefusedError, sign_pdf
from oneshot_async.simulator.pki import Authority, Credential, Person
from oneshot_async.verification import SignatureCheck

APPEARANCE = {
    "text": ["Signed by: %(CN)s", "%(EMAIL)s %(L)s %(SUBJECT)s", "Date: %(DATE)s"],
    "date": "%d/%m/%Y %H:%M:%S %z",
    "timezone": "Europe/Madrid",
    "position": "64, 110, 277, 165",
    "horizontal": True,
    "qrcode": "https://example.com/verify",
    "page": "0",
    "reason": "I agree",
    "location": "Łódź",
}
VISIBLE = Seal(appearance=APPEARANCE)

Sign = Callable[..., bytes]
PdfSig = Callable[[bytes], str]


def verify_pdf(document: bytes, **options: Any) -> tuple[SignatureCheck, ...]:
    return asyncio.run(verification.verify_pdf(document, **options)).signatures


@pytest.fixture
def sign(credential: Credential, authority: Authority, now: datetime) -> Sign:
    def sign(document: bytes, seal: Seal = VISIBLE, moment: datetime = now) -> bytes:
        return sign_pdf(
            document, credential=credential, authority=authority, seal=seal, now=moment
        )

    return sign


def pages(count: int) -> FPDF:
    pdf = FPDF()
    pdf.set_font("helvetica", size=20)
    for number in range(count):
        pdf.add_page()
        pdf.text(20, 20, f"Page {number}")
    return pdf


def plain() -> bytes:
    return bytes(pages(1).output())


def hundred_pages() -> bytes:
    return bytes(pages(100).output())


def scanned() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.image(Image.effect_noise((300, 400), 64), x=0, y=0, w=210)
    return bytes(pdf.output())


def form() -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(plain()))
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    rectangle = map(generic.NumberObject, (50, 700, 250, 720))
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string("Signature"),
            pdf_name("/V"): pdf_string("filled in"),
            pdf_name("/Rect"): generic.ArrayObject(rectangle),
            pdf_name("/P"): page,
        }
    )
    fields = generic.ArrayObject([writer.add_object(field)])
    page.get_object()["/Annots"] = fields
    writer.update_container(page.get_object())
    writer.root["/AcroForm"] = generic.DictionaryObject({pdf_name("/Fields"): fields})
    writer.update_root()
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def with_xref_streams() -> bytes:
    written = BytesIO()
    copy_into_new_writer(PdfFileReader(BytesIO(plain()))).write(written)
    return written.getvalue()


def hybrid() -> bytes:
    """One object can be found through a stream only that old readers do not know."""
    content = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    offsets = [0]
    for number, body in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
            b"<< /Title (hidden) >>",
        ),
        start=1,
    ):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream = len(content)
    row = b"\x01" + offsets[4].to_bytes(2, "big") + b"\x00"
    content += (
        b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 1] /Index [4 1] /Length 4 >>\n"
        b"stream\n%s\nendstream\nendobj\n" % row
    )
    xref = len(content)
    content += b"xref\n0 4\n0000000000 65535 f \n"
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets[1:4])
    content += b"trailer\n<< /Size 6 /Root 1 0 R /XRefStm %d >>\n" % stream
    return content + b"startxref\n%d\n%%%%EOF\n" % xref


CORPUS = [plain, hundred_pages, scanned, form, with_xref_streams, hybrid]


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize("make", CORPUS)
def test_pdfsig_calls_the_signature_valid(
    make: Callable[[], bytes], sign: Sign, pdfsig: PdfSig
) -> None:
    """An independent program finds every kind of PDF validly signed as a whole."""
    report = pdfsig(sign(make()))

    assert report.count("Signature Validation: Signature is Valid.") == 1
    assert "Total document signed" in report.replace("Not total", "NOT")
    assert "Certificate Common Name: Łukasz Gómez Ñandú" in report


@pytest.mark.parametrize("make", CORPUS)
def test_pyhanko_calls_the_signature_valid(
    make: Callable[[], bytes], sign: Sign, authority: Authority, now: datetime
) -> None:
    """So does the verification of this package, given the root."""
    (check,) = verify_pdf(sign(make()), trust=[authority.root_pem], moment=now)

    assert check.valid
    assert check.timestamped


@pytest.mark.parametrize("make", [*CORPUS])
def test_what_was_there_stays_as_it_was(make: Callable[[], bytes], sign: Sign) -> None:
    """Signing only appends, so that earlier revisions keep every byte."""
    document = make()

    assert sign(document).startswith(document)


@pytest.mark.needs("pdfsig")
@pytest.mark.parametrize("subfilter", ["adbe.pkcs7.detached", "ETSI.CAdES.detached"])
def test_subfilter_is_as_asked(subfilter: str, sign: Sign, pdfsig: PdfSig) -> None:
    """Both kinds of signature can be had."""
    report = pdfsig(sign(plain(), Seal(subfilter=subfilter)))

    assert f"Signature Type: {subfilter}" in report
    assert "Signature Validation: Signature is Valid." in report


def test_unknown_subfilter_is_refused(sign: Sign) -> None:
    """A subfilter that nobody knows is named in the refusal."""
    with pytest.raises(SigningRefusedError, match=r"^Unknown subfilter: 'adbe\.x509'"):
        sign(plain(), Seal(subfilter="adbe.x509"))


@pytest.mark.needs("pdfsig")
def test_second_signature_leaves_the_first_valid(
    authority: Authority,
    credential: Credential,
    person: Person,
    now: datetime,
    sign: Sign,
    pdfsig: PdfSig,
) -> None:
    """A PDF that two people sign carries two valid signatures of two fields."""
    other = authority.issue(attrs.evolve(person, given_name="Ana"), now)
    seal = Seal(appearance={**APPEARANCE, "position": "318,110,531,165"})
    twice = sign_pdf(
        sign(form()), credential=other, authority=authority, seal=seal, now=now
    )
    checks = verify_pdf(twice, trust=[authority.root_pem], moment=now)
    report = pdfsig(twice)

    assert [check.signer for check in checks] == [
        credential.common_name,
        other.common_name,
    ]
    assert all(check.valid for check in checks)
    assert len({check.field_name for check in checks}) == 2
    assert report.count("Signature is Valid.") == 2


def test_same_credential_signs_twice(
    authority: Authority, now: datetime, sign: Sign
) -> None:
    """Field names do not collide when one person signs again."""
    checks = verify_pdf(sign(sign(plain())), trust=[authority.root_pem], moment=now)

    assert [check.valid for check in checks] == [True, True]


def test_time_is_the_one_told(authority: Authority, now: datetime, sign: Sign) -> None:
    """The signature and its time-stamp carry the simulator's time."""
    (check,) = verify_pdf(sign(plain()), trust=[authority.root_pem])

    assert check.signed_at == now.replace(microsecond=0)


@pytest.mark.parametrize("subfilter", ["adbe.pkcs7.detached", "ETSI.CAdES.detached"])
def test_time_stamp_can_be_left_out(subfilter: str, now: datetime, sign: Sign) -> None:
    """Without a time-stamp the time is what the signer claims."""
    (check,) = verify_pdf(sign(plain(), Seal(use_tsa=False, subfilter=subfilter)))

    assert not check.timestamped
    assert check.signed_at == now.replace(microsecond=0)


def test_signature_without_appearance_is_invisible(sign: Sign) -> None:
    """Its field has no extent on any page."""
    signed = PdfFileReader(BytesIO(sign(plain(), Seal())))
    field = signed.root["/AcroForm"]["/Fields"][0]

    assert [int(edge) for edge in field["/Rect"]] == [0, 0, 0, 0]


def test_signature_is_drawn_where_asked(sign: Sign) -> None:
    """The field lies on the page and in the rectangle of the appearance."""
    seal = Seal(appearance={"page": 2, "position": "10,20,110,60"})
    signed = PdfFileReader(BytesIO(sign(hundred_pages(), seal)))
    field = signed.root["/AcroForm"]["/Fields"][0]
    third_page = signed.find_page_for_modification(2)[0].get_object()

    assert [int(edge) for edge in field["/Rect"]] == [10, 20, 110, 60]
    assert field.raw_get("/P").get_object() == third_page
    assert field["/AP"]["/N"]["/Resources"]["/XObject"]["/Seal"]


def test_reason_and_location_stand_in_the_signature(sign: Sign) -> None:
    """They are entries of the signature dictionary, seen or not."""
    signed = PdfFileReader(BytesIO(sign(plain())))
    signature = signed.embedded_signatures[0].sig_object

    assert signature["/Reason"] == "I agree"
    assert signature["/Location"] == "Łódź"


def test_encrypted_pdf_is_refused(sign: Sign) -> None:
    """A password-protected PDF is refused in the service's own word."""
    pdf = pages(1)
    pdf.set_encryption(owner_password="owner", permissions=AccessPermission.none())

    with pytest.raises(SigningRefusedError, match=r"^PasswordProtected$"):
        sign(bytes(pdf.output()))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        plain()[:-200],
        plain()[:300],
        plain().replace(b"/Count 1", b"/Count x"),
        b"\0" * 5000,
    ],
)
def test_what_is_no_pdf_is_refused(document: bytes, sign: Sign) -> None:
    """Bytes that cannot be read as a PDF end in a refusal and nothing else."""
    with pytest.raises(SigningRefusedError, match="The document"):
        sign(document)


def test_missing_page_is_refused(sign: Sign) -> None:
    """The refusal says which page was asked for and which is the last."""
    with pytest.raises(
        SigningRefusedError, match=r"page: 1, .* is 0 \(the first is 0\)"
    ):
        sign(plain(), Seal(appearance={"page": 1}))


@pytest.mark.parametrize(
    "appearance",
    [{"position": "1,2,3"}, {"page": "x"}, {"page": 0, "timezone": "Europe/Barcelona"}],
)
def test_impossible_appearance_is_refused(
    appearance: dict[str, Any], sign: Sign
) -> None:
    """What the appearance gets wrong is a refusal of the whole signature."""
    with pytest.raises(SigningRefusedError, match=r"position|page|timezone"):
        sign(plain(), Seal(appearance=appearance))


def test_longest_person_fits_into_the_signature(
    authority: Authority, person: Person, now: datetime
) -> None:
    """The space kept free suffices for the longest names a certificate can hold."""
    long = attrs.evolve(
        person,
        given_name="ñ" * 99,
        surname_1="ñ" * 99,
        serial_number="9" * 99,
        email="a" * 400 + "@example.com",
    )
    signed = sign_pdf(
        plain(),
        credential=authority.issue(long, now),
        authority=authority,
        seal=Seal(),
        now=now,
    )

    assert verify_pdf(signed, trust=[authority.root_pem], moment=now)[0].valid


def test_signing_takes_the_same_work_for_every_length(
    authority: Authority,
    person: Person,
    now: datetime,
    sample: bytes,
    work_of: Callable[[Callable[[], object]], int],
) -> None:
    """No length of a name makes a signature more work, as writing CMS once did."""
    works: list[int] = []
    for length in range(1, 65):
        someone = attrs.evolve(person, given_name="x" * length)
        sign = partial(
            sign_pdf,
            sample,
            credential=authority.issue(someone, now),
            authority=authority,
            seal=Seal(),
            now=now,
        )
        works.append(work_of(sign))

    assert max(works) < 1.5 * min(works)


def test_nothing_personal_is_logged(
    sign: Sign, caplog: pytest.LogCaptureFixture
) -> None:
    """With every logger at its loudest, no name, address or number comes out."""
    caplog.set_level(0)
    signed = sign(plain())
    verify_pdf(signed)

    assert not any(
        secret in caplog.text
        for secret in ("Łukasz", "Gómez", "0000000T", "signer@example.com")
    )


def test_expired_certificate_still_signs(sign: Sign, now: datetime) -> None:
    """The clock of the simulator may run past the day; verifying is who minds."""
    assert sign(plain(), VISIBLE, now + timedelta(days=3)).startswith(b"%PDF-")
