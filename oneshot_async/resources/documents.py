"""The tag Documents: upload, download, delete."""

import os
from collections.abc import Sequence
from itertools import starmap
from pathlib import Path
from typing import Any, overload

from oneshot_async._converter import structure
from oneshot_async._discretion import discreet
from oneshot_async._json import is_array, is_object
from oneshot_async._masking import Mask
from oneshot_async._wire import (
    Answer,
    Call,
    Operation,
    acknowledged,
    details_of,
    file_of,
)
from oneshot_async.errors import InvalidInputError, UnexpectedResponseError
from oneshot_async.models.documents import DocumentType, UploadedDocument
from oneshot_async.models.files import File, FileSource, Progress
from oneshot_async.models.hashes import HashedDocument
from oneshot_async.models.requests import RequestPk

from .caller import Caller
from .pdfs import check_pdf

MAX_UPLOADS = 10
"""How many documents a call, and a request, may have."""

UPLOAD = Operation("POST /document/{request_pk}", patience="idle")
_DOWNLOAD = Operation("GET /document/{request_pk}/{document_uid}", patience="idle")
_DELETE = Operation("DELETE /document/{request_pk}/{document_uid}")
_DELETE_ALL = Operation("DELETE /document/{request_pk}")

_WORDS = {"errorCode", "errorMessage"}


@discreet
class Documents:
    """The documents of a request; the service keeps them until they are deleted."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    async def upload(
        self,
        request_pk: RequestPk,
        *documents: FileSource | File | HashedDocument,
        progress: Progress | None = None,
    ) -> Sequence[UploadedDocument]:
        """Upload up to ten PDFs, or digests of documents, in this order.

        ``POST /document/{request_pk}``; never sent twice. Paths and functions are read
        piece by piece, so a document may be of any size.

        Raises:
            UnsupportedFileError: one of them cannot be signed.
            AmbiguousOutcomeError: they may be there; `delete_all()`, then again.
            LocalFileError: one of them cannot be read.
        """
        form = _form_of(documents)
        path = UPLOAD.path(request_pk)
        call = Call(operation=UPLOAD, path=path, form=form, progress=progress)
        uploaded = await self._call(call, _uploaded)
        if len(uploaded) != len(documents):
            raise UnexpectedResponseError(
                f"{UPLOAD.name}: {len(documents)} documents were sent and "
                f"{len(uploaded)} are acknowledged; `delete_all()`, then again"
            )
        return _in_order(uploaded, list(form))

    @overload
    async def download(
        self,
        request_pk: RequestPk,
        document_uid: str,
        *,
        document_type: DocumentType | str = ...,
        to: None = None,
        progress: Progress | None = ...,
    ) -> bytes: ...
    @overload
    async def download(
        self,
        request_pk: RequestPk,
        document_uid: str,
        *,
        document_type: DocumentType | str = ...,
        to: str | os.PathLike[str],
        progress: Progress | None = ...,
    ) -> Path: ...
    async def download(
        self,
        request_pk: RequestPk,
        document_uid: str,
        *,
        document_type: DocumentType | str = DocumentType.SIGNED,
        to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> bytes | Path:
        """Fetch a document, signed or as it was uploaded.

        ``GET /document/{request_pk}/{document_uid}``. Returns its bytes or, with `to`,
        the path it was streamed to; that file appears only when it is whole.

        Raises:
            NotFoundError: there is none, or it is not signed yet.
            LocalFileError: it cannot be written.
        """
        target = None if to is None else Path(to)
        call = Call(
            operation=_DOWNLOAD,
            path=_DOWNLOAD.path(request_pk, document_uid),
            query={"document_type": str(document_type)},
            save_to=target,
            progress=progress,
        )
        content = await self._call(call, file_of)
        return target or content

    async def delete(self, request_pk: RequestPk, document_uid: str) -> None:
        """Delete one document, original and signed.

        ``DELETE /document/{request_pk}/{document_uid}``.
        """
        call = Call(operation=_DELETE, path=_DELETE.path(request_pk, document_uid))
        await self._call(call, acknowledged)

    async def delete_all(self, request_pk: RequestPk) -> None:
        """Delete every document of a request.

        ``DELETE /document/{request_pk}``.
        """
        call = Call(operation=_DELETE_ALL, path=_DELETE_ALL.path(request_pk))
        await self._call(call, acknowledged)


async def check_documents(
    documents: Sequence[FileSource | File | HashedDocument],
) -> None:
    """Find out whether documents can be uploaded, before anything is paid for.

    Raises:
        InvalidInputError: there are too many or none, or one cannot be signed.
        LocalFileError: one of them cannot be read.
    """
    _check_list(documents)
    for position, (field, part) in enumerate(_form_of(documents).items()):
        if isinstance(part, File) and not field.startswith("hashfile"):
            await check_pdf(part, f"documents[{position}]")


def _check_list(documents: object) -> None:
    """Refuse a lone document, of which each letter or byte would pass for one."""
    if isinstance(documents, str | bytes) or not isinstance(documents, Sequence):
        raise InvalidInputError(
            f"documents: give a list, also of one, not {type(documents).__name__}"
        )


def _form_of(
    documents: Sequence[FileSource | File | HashedDocument],
) -> dict[str, str | File]:
    if not 0 < len(documents) <= MAX_UPLOADS:
        raise InvalidInputError(
            f"documents: give 1 to {MAX_UPLOADS}, not {len(documents)}"
        )
    return dict[str, str | File](starmap(part_of, enumerate(documents, start=1)))


def part_of(
    number: int, document: FileSource | File | HashedDocument
) -> tuple[str, File]:
    """Return a document as a field of the form, named as the guides name them."""
    hashed = isinstance(document, HashedDocument)
    field = ("hashfile" if hashed else "file") + (str(number) if number > 1 else "")
    if isinstance(document, HashedDocument):
        return field, document.file()
    return field, File.of(document, f"{field}.pdf", "application/pdf")


def _uploaded(answer: Answer) -> tuple[UploadedDocument, ...]:
    """Read one document or several, as the answer has it."""
    details: Any = details_of(answer)
    found = details if is_array(details) else [details]
    entries = [_entry(document, answer.mask) for document in found]
    where = answer.call.operation.name
    return structure(entries, tuple[UploadedDocument, ...], where)


def _in_order(
    uploaded: tuple[UploadedDocument, ...], fields: Sequence[str]
) -> tuple[UploadedDocument, ...]:
    """Return documents as they were sent, by the field that each says it came in."""
    by_field = {each.name or "": each for each in uploaded}
    if set(by_field) != set(fields):
        return uploaded
    return tuple(by_field[field] for field in fields)


def _entry(document: Any, mask: Mask) -> Any:
    """Return an acknowledged document; the older generation names a lone one's uid."""
    if is_object(document):
        said = {key: mask.over(document[key]) for key in _WORDS & set(document)}
        return {**document, **said}
    is_uid = isinstance(document, str) and document.replace("-", "").isalnum()
    return {"uid": document} if is_uid else document
