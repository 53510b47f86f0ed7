"""The papers that the simulator hands out: the service contract and a sample."""

from collections.abc import Sequence
from datetime import datetime

from .pki import SIMULATED, Person
from .sheet import ACCENT, FAINT_INK, INK, Sheet

_A4 = (595.0, 842.0)
_MARGIN = 64.0
_LABEL_WIDTH = 132.0
_BETWEEN = 40.0
_SIGNATURE_LINE = 740.0
_RULE = (206, 212, 218)

_CONTRACT_TERMS = (
    (
        "What is agreed",
        (
            "The provider issues one electronic certificate in the name of the person "
            "above, uses it for the documents of this one request, and destroys its "
            "key when they are signed. The certificate is valid for 24 hours."
        ),
    ),
    (
        "How the person consents",
        (
            "By typing the one-time code that arrives on their telephone, after having "
            "read this contract and the documents. Without the code, nothing is signed."
        ),
    ),
    (
        "What is not agreed",
        (
            "Anything. This paper comes from a simulator for developers: no trust "
            "service provider stands behind it, and what it signs binds nobody."
        ),
    ),
)
_SAMPLE_TERMS = (
    (
        "1. Purpose",
        (
            "The parties try out remote electronic signatures. One of them lends the "
            "other a bicycle, which need not exist, for the length of the trial."
        ),
    ),
    (
        "2. Duration",
        (
            "The loan begins when both have signed and ends when either of them says "
            "so. No notice is needed, and no reason."
        ),
    ),
    (
        "3. Care",
        (
            "The borrower keeps the bicycle dry, pumps its tyres and locks it at "
            "night. Ordinary wear is the lender's affair."
        ),
    ),
    (
        "4. Signature",
        (
            "This agreement is signed electronically. Its paper prints are copies; the "
            "file with the signature inside is the original."
        ),
    ),
)


def contract_pdf(
    person: Person, *, request_pk: int, profile: str, now: datetime
) -> bytes:
    """Draw the service contract that the person reads before signing."""
    with Sheet(*_A4, margin=_MARGIN) as sheet:
        _head(sheet, "Service contract", f"One-shot signature, request {request_pk}")
        _facts(sheet, _facts_about(person, request_pk, profile, now))
        _paragraphs(sheet, _CONTRACT_TERMS)
        _foot(sheet)
        return sheet.finish()


def sample_pdf() -> bytes:
    """Draw a one-page agreement, with room for a signature at its foot."""
    with Sheet(*_A4, margin=_MARGIN) as sheet:
        _head(sheet, "Bicycle loan agreement", "A sample to sign")
        _paragraphs(sheet, _SAMPLE_TERMS)
        _signature_lines(sheet, "The lender", "The borrower")
        _foot(sheet)
        return sheet.finish()


def _facts_about(
    person: Person, request_pk: int, profile: str, now: datetime
) -> Sequence[tuple[str, str]]:
    return (
        ("Given name", person.given_name),
        ("Surname", person.surname),
        ("Identity document", f"{person.id_document_type} {person.serial_number}"),
        ("Country", person.country),
        ("E-mail", person.email),
        ("Certificate profile", profile),
        ("Request", str(request_pk)),
        ("Date", now.strftime("%d %B %Y, %H:%M %Z")),
    )


def _head(sheet: Sheet, title: str, subtitle: str) -> None:
    sheet.set_title(title)
    sheet.set_fill_color(*ACCENT)
    sheet.rect(0, 0, _A4[0], 10, style="F")
    sheet.use(24, "B", ACCENT)
    _write(sheet, title, 30)
    sheet.use(11, color=FAINT_INK)
    _write(sheet, subtitle, 16)
    sheet.ln(24)


def _facts(sheet: Sheet, facts: Sequence[tuple[str, str]]) -> None:
    sheet.set_draw_color(*_RULE)
    for label, value in facts:
        sheet.use(10, color=FAINT_INK)
        sheet.cell(_LABEL_WIDTH, 20, label)
        sheet.use(10.5)
        _write(sheet, value, 20)
        sheet.line(_MARGIN, sheet.get_y(), _A4[0] - _MARGIN, sheet.get_y())
    sheet.ln(24)


def _paragraphs(sheet: Sheet, paragraphs: Sequence[tuple[str, str]]) -> None:
    for heading, text in paragraphs:
        sheet.use(12, "B")
        _write(sheet, heading, 20)
        sheet.use(10.5)
        _write(sheet, text, 16)
        sheet.ln(14)


def _signature_lines(sheet: Sheet, *parties: str) -> None:
    sheet.set_draw_color(*INK)
    sheet.use(9, color=FAINT_INK)
    width = (_A4[0] - 2 * _MARGIN - _BETWEEN) / 2
    for x, party in zip((_MARGIN, _MARGIN + width + _BETWEEN), parties, strict=True):
        sheet.line(x, _SIGNATURE_LINE, x + width, _SIGNATURE_LINE)
        sheet.text(x, _SIGNATURE_LINE + 14, party)


def _foot(sheet: Sheet) -> None:
    sheet.use(8.5, color=FAINT_INK)
    sheet.text(
        _MARGIN, _A4[1] - 36, f"{SIMULATED}. Made by a simulator for developers."
    )


def _write(sheet: Sheet, text: str, leading: float) -> None:
    sheet.multi_cell(0, leading, sheet.printable(text), align="L", new_x="LMARGIN")
