from datetime import datetime
from io import BytesIO

import attrs
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async.simulator.paper import contract_pdf, sample_pdf
from oneshot_async.simulator.pki import Person
from oneshot_async.simulator.sheet import Sheet


def page_count(document: bytes) -> int:
    return int(PdfFileReader(BytesIO(document)).root["/Pages"]["/Count"])


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is written on sheets, for a PDF hides it in glyph numbers."""
    texts: list[str] = []

    class NotingSheet(Sheet):
        def finish(self) -> bytes:
            texts.append(self.title or "")
            return super().finish()

        def printable(self, text: str) -> str:
            texts.append(super().printable(text))
            return texts[-1]

        def text(self, x: float, y: float, text: str = "") -> None:
            texts.append(text)
            super().text(x, y, text)

    monkeypatch.setattr("oneshot_async.simulator.paper.Sheet", NotingSheet)
    return texts


def contract(person: Person, now: datetime) -> bytes:
    return contract_pdf(person, request_pk=822543, profile="PFnubeAF", now=now)


def test_contract_shows_whose_it_is(
    person: Person, now: datetime, written: list[str]
) -> None:
    """The person finds their data, the request and the profile in the contract."""
    contract(person, now)

    assert {
        "Łukasz",
        "Gómez Ñandú",
        "IDC 0000000T",
        "signer@example.com",
        "822543",
        "PFnubeAF",
        "17 May 2030, 10:30 UTC",
    } <= set(written)


@pytest.mark.parametrize("paper", ["contract", "sample"])
def test_papers_say_that_they_are_simulated(
    person: Person, now: datetime, written: list[str], paper: str
) -> None:
    """No paper of the simulator can be taken for a real one."""
    _ = contract(person, now) if paper == "contract" else sample_pdf()

    assert any("SIMULATED - no legal value" in text for text in written)


def test_papers_are_one_page_each(person: Person, now: datetime) -> None:
    """Both fit on one page."""
    assert page_count(contract(person, now)) == 1
    assert page_count(sample_pdf()) == 1


def test_contract_takes_any_name(person: Person, now: datetime) -> None:
    """Overlong names and scripts that the font lacks do no harm."""
    unusual = attrs.evolve(person, given_name="日本 " * 200, surname_1="\ud800\n{nb}")

    assert page_count(contract(unusual, now)) == 1
