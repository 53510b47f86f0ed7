"""Opens a PDF to append to it; whatever is broken in it ends in a refusal."""

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from .appearance import SigningRefusedError

# Hexadecimal digits kept free for a signature; with a time-stamp and the longest names
# it takes about half of them.
RESERVED = 16384


def open_pdf(document: bytes) -> IncrementalPdfFileWriter:
    """Open a document for a further revision."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(document), strict=False)
        encrypted = writer.prev.encrypted
    except Exception:  # noqa: BLE001  # pyHanko meets broken files with many types
        raise SigningRefusedError("The document is not a readable PDF") from None
    if encrypted:
        raise SigningRefusedError("PasswordProtected")
    return writer


@contextmanager
def broken_means_refused() -> Generator[None, None, None]:
    """Refuse a document in which something is broken so deep that it shows late."""
    try:
        yield
    except Exception:  # noqa: BLE001  # as above
        raise SigningRefusedError("The document cannot be signed") from None
