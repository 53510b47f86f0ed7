"""The images that visible signatures may show."""

from datetime import datetime
from typing import Any

import attrs

from . import refusals

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The first chunk says how large the image is: four bytes each from here on.
_WIDTH, _HEIGHT, _HEAD_END = 16, 20, 24


@attrs.frozen(kw_only=True)
class StoredImage:
    """An uploaded PNG."""

    content: bytes = attrs.field(repr=False)
    filename: str = attrs.field(repr=False)
    uploaded_at: datetime

    def payload(self) -> dict[str, Any]:
        """Describe the image as the list of images does."""
        return {
            "upload_date": f"{self.uploaded_at:%Y-%m-%d %H:%M:%S.%f}",
            "ext": ".png",
            "size": [
                int.from_bytes(self.content[_WIDTH:_HEIGHT], "big"),
                int.from_bytes(self.content[_HEIGHT:_HEAD_END], "big"),
            ],
            "mime": "image/png",
            "filename": self.filename,
        }


def check_png(content: bytes, content_type: str) -> None:
    """Refuse what does not begin as a PNG does."""
    if not content.startswith(_SIGNATURE) or len(content) < _HEAD_END:
        raise refusals.unsupported_image(content_type)
