"""Puts a drawn PDF page where pyHanko wants the look of a signature."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# The reason: pyHanko's writers are typed in part.

from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

_NAME = "/Seal"
_WHOLE_BOX = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MIN
)


def stamp_style(drawing: bytes, size: tuple[int, int]) -> StaticStampStyle:
    """Make the page the whole look of a signature, without any frame around it."""
    return StaticStampStyle(
        border_width=0,
        background=_Page(drawing, size),
        background_layout=_WHOLE_BOX,
    )


class _Page(PdfContent):
    def __init__(self, pdf: bytes, size: tuple[int, int]) -> None:
        super().__init__(box=BoxConstraints(width=size[0], height=size[1]))
        self._pdf = pdf

    def render(self) -> bytes:
        assert self.writer is not None  # noqa: S101  # pyHanko sets it before
        page = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.set_resource(ResourceType.XOBJECT, pdf_name(_NAME), page)
        return f"{_NAME} Do".encode()
