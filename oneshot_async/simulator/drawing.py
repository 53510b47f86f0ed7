"""Draws a visible signature as a one-page PDF of the size of its box."""

import contextlib
import math
from collections.abc import Sequence
from io import BytesIO
from typing import cast

import attrs
from fpdf.enums import MethodReturnValue
from fpdf.errors import FPDFException
from PIL import Image
from qrcode.main import QRCode

from .appearance import Alignment, Appearance, SigningRefusedError
from .pki import SIMULATED
from .sheet import ACCENT, FAINT_INK, Sheet

_PADDING = 5.0
_GAP = 6.0
_LEADING = 1.22
_SHRINK = 0.9
_SMALLEST_TEXT = 1.0
_SMALL_PRINT = 5.5
_QR_SHARE = 0.3
_IMAGE_SHARE_BESIDE = 0.35
_IMAGE_SHARE_ABOVE = 0.5
_MODULE = 8
_MOST_TEXT = 1000
_MOST_PIXELS = (800, 800)


@attrs.frozen(kw_only=True)
class Area:
    """A rectangle of the sheet, measured from its top left corner."""

    x: float
    y: float
    width: float
    height: float


def draw(appearance: Appearance, lines: Sequence[str], image: bytes | None) -> bytes:
    """Draw lines, image and QR code, shrunk until they fit the box.

    Raises:
        SigningRefusedError: the image or the QR code cannot be drawn.
    """
    width, height = appearance.size
    with Sheet(width, height) as sheet:
        area = _draw_frame(sheet, width, height)
        if appearance.qrcode:
            area = _draw_qrcode(sheet, area, appearance.qrcode)
        if image is not None:
            area = _draw_image(sheet, area, image, _image_share(appearance, lines))
        _draw_text(sheet, area, lines, appearance)
        return sheet.finish()


def _draw_frame(sheet: Sheet, width: float, height: float) -> Area:
    padding = min(_PADDING, width / 8, height / 8)
    inner = width - 2 * padding
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(0.6)
    sheet.rect(0.3, 0.3, width - 0.6, height - 0.6)
    size = _small_print_size(sheet, inner, height)
    sheet.use(size, color=FAINT_INK)
    sheet.text(padding, height - padding, SIMULATED)
    return Area(
        x=padding,
        y=padding,
        width=inner,
        height=max(height - 2 * padding - size * _LEADING, 0.1),
    )


def _small_print_size(sheet: Sheet, width: float, height: float) -> float:
    sheet.use(_SMALL_PRINT)
    fitting = _SMALL_PRINT * width / sheet.get_string_width(SIMULATED)
    return min(_SMALL_PRINT, fitting, height / 5)


def _draw_qrcode(sheet: Sheet, area: Area, content: str) -> Area:
    side = min(area.height, area.width * _QR_SHARE)
    x = area.x + area.width - side
    y = area.y + (area.height - side) / 2
    sheet.image(_qrcode(content), x=x, y=y, w=side, h=side)
    return attrs.evolve(area, width=max(area.width - side - _GAP, 0.1))


def _qrcode(content: str) -> Image.Image:
    code = QRCode(border=1)
    code.add_data(content.encode(errors="replace"))
    try:
        modules = code.get_matrix()
    except ValueError:
        raise SigningRefusedError("The qrcode is too long to be drawn") from None
    rows = (
        bytes(0 if dark else 255 for dark in row for _ in range(_MODULE)) * _MODULE
        for row in modules
    )
    side = len(modules) * _MODULE
    return Image.frombytes("L", (side, side), b"".join(rows))


def _image_share(appearance: Appearance, lines: Sequence[str]) -> tuple[float, float]:
    if not lines:
        return 1.0, 1.0
    if appearance.side_by_side:
        return _IMAGE_SHARE_BESIDE, 1.0
    return 1.0, _IMAGE_SHARE_ABOVE


def _draw_image(
    sheet: Sheet, area: Area, content: bytes, share: tuple[float, float]
) -> Area:
    width, height = area.width * share[0], area.height * share[1]
    sheet.image(
        _picture(content), x=area.x, y=area.y, w=width, h=height, keep_aspect_ratio=True
    )
    if share[0] < 1:
        taken = width + _GAP
        return attrs.evolve(area, x=area.x + taken, width=max(area.width - taken, 0.1))
    taken = height + _GAP / 3
    return attrs.evolve(area, y=area.y + taken, height=max(area.height - taken, 0.1))


def _picture(content: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        picture.load()
        picture.thumbnail(_MOST_PIXELS)
    except Exception as error:  # Pillow's are many: SyntaxError and warnings too
        raise SigningRefusedError("The image is not a PNG that can be read") from error
    return picture


def _draw_text(
    sheet: Sheet, area: Area, lines: Sequence[str], appearance: Appearance
) -> None:
    size = appearance.text_size
    sheet.use(size)
    parts = (part for line in lines for part in line.splitlines())
    text = "\n".join(map(sheet.printable, parts))[:_MOST_TEXT]
    height = _text_height(sheet, area, text, size)
    while height > area.height and size > _SMALLEST_TEXT:
        size *= _SHRINK
        height = _text_height(sheet, area, text, size)
    sheet.set_xy(area.x, area.y + max(area.height - height, 0) / 2)
    with sheet.rect_clip(area.x, area.y, area.width, area.height):
        _write(sheet, area, text, size, appearance.align)


def _text_height(sheet: Sheet, area: Area, text: str, size: float) -> float:
    sheet.use(size)
    try:
        height = sheet.multi_cell(
            area.width,
            size * _LEADING,
            text,
            dry_run=True,
            output=MethodReturnValue.HEIGHT,
        )
    except FPDFException:
        return math.inf
    return cast("float", height)


def _write(sheet: Sheet, area: Area, text: str, size: float, align: Alignment) -> None:
    with contextlib.suppress(FPDFException):
        sheet.multi_cell(area.width, size * _LEADING, text, align=align)
