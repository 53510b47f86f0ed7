"""Images that visible signatures show."""

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class UploadedImage:
    """The answer to ``POST /image``."""

    image_uid: str
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class Image:
    """An image as the Optimizer lists it.

    ``size`` is documented as a number of bytes and shown as a width and a height: it is
    handed on as it came. ``upload_date`` has no zone.
    """

    upload_date: str | None = None
    ext: str | None = None
    size: Any = None
    mime: str | None = None
    filename: str | None = attrs.field(default=None, repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
