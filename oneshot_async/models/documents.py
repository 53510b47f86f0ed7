"""Documents: what an upload answers, and which version to fetch."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from .requests import AnyText


class DocumentType(StrEnum):
    """Which version of a document to fetch."""

    SIGNED = "signed"
    ORIGINAL = "original"


@attrs.frozen(kw_only=True)
class UploadedDocument:
    """One document as the Optimizer took it.

    ``name`` is the form field it was sent in (``file``, ``file2`` …), not a file name;
    ``error_code`` tells why, where one file of several was refused.
    """

    uid: str | None = None
    name: str | None = None
    error_code: AnyText | None = attrs.field(
        default=None, metadata={"wire": "errorCode"}
    )
    error_message: str | None = attrs.field(
        default=None, metadata={"wire": "errorMessage"}
    )
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    @property
    def refused(self) -> bool:
        """Whether it was not taken; a code of 0 says that nothing is wrong with it."""
        return not self.uid or self.error_code not in {None, "", "0"}
