"""Documents that could not be signed, found out before anything is paid for."""

import os
import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from oneshot_async._files import to_its_end, told
from oneshot_async.errors import InvalidInputError
from oneshot_async.models.files import File

_HEAD = 1024
_TAIL = 1024
_LONGEST_TABLE = 1024 * 1024
_MAY_BE_PDF = frozenset({"application/pdf", "application/octet-stream"})
_START = re.compile(rb"startxref\s+(\d{1,15})\s")
_TABLE = re.compile(rb"\s*xref\s.*?trailer(.*?)startxref", re.DOTALL)
_STREAM = re.compile(rb"\s*\d+\s+\d+\s+obj(.*?)stream", re.DOTALL)
_ENCRYPT = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")


async def check_pdf(file: File, name: str) -> None:
    """Refuse what is empty, no PDF, or encrypted, as far as it can be told cheaply.

    Only the ends of a file are read, and the table that its last one points to. What is
    made by a function, or is said to be of another type, is taken as it is.

    Raises:
        InvalidInputError: it cannot be signed.
        LocalFileError: it cannot be read.
    """
    fault = await _fault_of(file, name)
    if fault is not None:
        raise InvalidInputError(f"{name}: {fault}")


async def _fault_of(file: File, name: str) -> str | None:
    is_pdf = file.content_type in _MAY_BE_PDF
    if isinstance(file.content, bytes):
        return _fault_in(BytesIO(file.content), is_pdf=is_pdf)
    if not isinstance(file.content, Path):
        return None
    with told(f"{name}: the file cannot be read"):
        return await to_its_end(fault_at, file.content, is_pdf=is_pdf)


def fault_at(path: Path, *, is_pdf: bool = True) -> str | None:
    """Return what keeps a file from being signed, as far as it can be told cheaply."""
    with path.open("rb") as file:
        return _fault_in(file, is_pdf=is_pdf)


def _fault_in(file: BinaryIO, *, is_pdf: bool) -> str | None:
    head = file.read(_HEAD)
    if not head:
        return "the document is empty"
    if is_pdf and b"%PDF" not in head:
        return "the document is no PDF"
    if is_pdf and _is_encrypted(file):
        return "the PDF is encrypted: give it without a password"
    return None


def _is_encrypted(file: BinaryIO) -> bool:
    """Tell whether the last trailer of a PDF, old or new in form, says so."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    starts = _START.findall(file.read())
    if not starts or int(starts[-1]) >= size:
        return False
    file.seek(int(starts[-1]))
    section = file.read(_LONGEST_TABLE)
    found = _TABLE.match(section) or _STREAM.match(section)
    return found is not None and _ENCRYPT.search(found[1]) is not None
