"""Blank sheets to draw on, with a font that knows more than Latin-1."""
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false
# The reason: the package that carries the font has no types.

from typing import Literal, Self

from font_roboto import font_files
from fpdf import FPDF
from fpdf.fonts import TTFFont

INK = (33, 37, 41)
FAINT_INK = (108, 117, 125)
ACCENT = (31, 78, 121)

_FAMILY = "roboto"
_FILES: dict[str, str] = {"": font_files["Roboto"], "B": font_files["RobotoBold"]}
_REPLACEMENT = "?"


class Sheet(FPDF):
    """A drawing measured in points, with Roboto at hand while it is open."""

    def __init__(self, width: float, height: float, margin: float = 0) -> None:
        super().__init__(unit="pt", format=(width, height))
        self.set_margin(margin)
        self.set_auto_page_break(auto=False)
        # Else a text that happens to hold fpdf2's "{nb}" would be changed.
        self.alias_nb_pages("")
        self.c_margin: float = 0
        self.add_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def use(
        self,
        size: float,
        style: Literal["", "B"] = "",
        color: tuple[int, int, int] = INK,
    ) -> None:
        """Write in this size, weight and colour from here on."""
        if _FAMILY + style not in self.fonts:
            self.add_font(_FAMILY, style, _FILES[style])
        self.set_font(_FAMILY, style, size)
        self.set_text_color(*color)

    def printable(self, text: str) -> str:
        """Replace what the font in use lacks, for fpdf2 would log those characters."""
        font = self.current_font
        known = font.cmap if isinstance(font, TTFFont) else {}
        return "".join(char if ord(char) in known else _REPLACEMENT for char in text)

    def finish(self) -> bytes:
        """Hand out the drawing as a PDF."""
        return bytes(self.output())
