from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from oneshot_async.simulator.appearance import (
    Appearance,
    SigningRefusedError,
    fill_in,
    local_date,
)
from oneshot_async.simulator.drawing import draw

PLACE = {"position": "30,100,165,150", "page": 0}


def picture(kind: str = "PNG") -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(content, kind)
    return content.getvalue()


def read(wire: dict[str, Any]) -> Appearance:
    appearance = Appearance.from_wire(wire)
    assert appearance is not None
    return appearance


@pytest.mark.parametrize(
    ("line", "filled"),
    [
        ("Signed by: %(CN)s", "Signed by: Ana"),
        ("%(CN)s, %(CN)s", "Ana, Ana"),
        ("Signed by: %(CN)", "Signed by: Ana"),
        ("%(NOBODY)s", "%(NOBODY)s"),
        ("100%", "100%"),
        ("100%% %d %", "100% %d %"),
        ("%(CN", "%(CN"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_in(line: str, filled: str) -> None:
    """Known names are replaced, and whatever else stands there stays."""
    assert fill_in(line, {"CN": "Ana"}) == filled


@given(st.text())
def test_no_text_breaks_the_placeholders(line: str) -> None:
    """Any text at all can be a line."""
    assert isinstance(fill_in(line, {"CN": "%(CN)s"}), str)


@pytest.mark.parametrize("wire", [{}, {"reason": "x", "location": "y", "date": "%d"}])
def test_nothing_to_see_means_invisible(wire: dict[str, Any]) -> None:
    """An appearance that names neither a place nor a content is none."""
    assert Appearance.from_wire(wire) is None


@pytest.mark.parametrize(
    "wire", [{"page": 0}, {"text": []}, {"position": "1,1,9,9"}, {"qrcode": "x"}]
)
def test_any_content_or_place_makes_it_visible(wire: dict[str, Any]) -> None:
    """One of the drawing keys is enough, the others have defaults."""
    assert read(wire).size > (0, 0)


@pytest.mark.parametrize(
    "position", ["30,100,165,150", "30, 100, 165, 150", " 30,100.2,165,150 "]
)
def test_position_is_read_with_and_without_spaces(position: str) -> None:
    """The rectangle is lower left and upper right corner, in whole points."""
    assert read({"position": position}).box == (30, 100, 165, 150)


@pytest.mark.parametrize(
    "position",
    [
        "",
        "a,b,c,d",
        "1,2,3",
        "1,2,3,4,5",
        "9,9,1,1",
        "1,1,1,1",
        "nan,1,2,3",
        "0,0,inf,9",
        7,
        [],
    ],
)
def test_bad_position_is_refused(position: object) -> None:
    """A rectangle that is none is named in the refusal."""
    with pytest.raises(SigningRefusedError, match=r"^Invalid position: "):
        Appearance.from_wire({"position": position})


@pytest.mark.parametrize("page", [2, "2", " 2 "])
def test_page_is_a_number_or_its_digits(page: object) -> None:
    """Both spellings of the wire mean the same page."""
    assert read({"page": page}).page == 2


@pytest.mark.parametrize("page", [-1, "-1", "last", 1.5, True, [], "1e999"])
def test_bad_page_is_refused(page: object) -> None:
    """What is no page number from zero is named in the refusal."""
    with pytest.raises(SigningRefusedError, match=r"^Invalid page: "):
        Appearance.from_wire({"page": page})


@pytest.mark.parametrize(
    ("wire", "written"),
    [
        ({}, "17/05/2030 10:30:15 +0000"),
        ({"timezone": "Europe/Madrid"}, "17/05/2030 12:30:15 +0200"),
        ({"timezone": "America/Guatemala", "date": "%H:%M"}, "04:30"),
    ],
)
def test_date_follows_pattern_and_time_zone(
    wire: dict[str, str], written: str, now: datetime
) -> None:
    """The moment is written by the pattern, in the place named."""
    assert local_date(wire, now) == written


@pytest.mark.parametrize(
    "name", ["Europe/Barcelona", "../etc", "Europe", "\0", "x" * 999]
)
def test_unknown_time_zone_is_refused_by_name(name: str, now: datetime) -> None:
    """Only names of the tz database are accepted."""
    with pytest.raises(SigningRefusedError, match=r"^Unknown timezone: "):
        local_date({"timezone": name}, now)


@pytest.mark.parametrize(
    "wire",
    [
        {"text": ["one", "two"], **PLACE},
        {"text": "one line", "text_align": "center", "text_size": "14", **PLACE},
        {"text": ["long " * 2000], **PLACE},
        {"text": ["W" * 500], "position": "0,0,20,10"},
        {"text": ["x"], "position": "0,0,1,1"},
        {"text": ["{nb} \ud800 \x07 日本 **bold**", 7, None], **PLACE},
        {
            "text": ["x"],
            "qrcode": "https://example.com/?ü=\ud800",
            "horizontal": "true",
        },
        {"text": [], "position": "0,0,3000,9000"},
    ],
)
def test_everything_fits_into_its_box(wire: dict[str, Any]) -> None:
    """Whatever is asked for becomes one page of the size of the box."""
    appearance = read(wire)
    drawing = PdfFileReader(BytesIO(draw(appearance, appearance.lines, picture())))
    size = list(drawing.root["/Pages"]["/MediaBox"])[2:]

    assert drawing.root["/Pages"]["/Count"] == 1
    assert [int(side) for side in size] == [*appearance.size]


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", picture()[:-30], picture("GIF")]
)
def test_broken_image_is_refused(content: bytes) -> None:
    """An image that cannot be read is no reason for a foreign exception."""
    with pytest.raises(SigningRefusedError, match="image"):
        draw(read(PLACE), ["x"], content)


def test_endless_qrcode_is_refused() -> None:
    """A QR code holds about three thousand bytes and no more."""
    with pytest.raises(SigningRefusedError, match="qrcode"):
        draw(read({"qrcode": "x" * 5000}), [], None)


def test_characters_without_a_glyph_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A name in a script that the font lacks does not come out in the log."""
    caplog.set_level(0)
    draw(read(PLACE), ["山田"], None)

    assert not any(char in caplog.text for char in "山田")
