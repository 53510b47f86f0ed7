"""One signing from its creation to the signed documents, resumable in between."""

import os
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any, overload

import attrs

from ._discretion import discreet
from ._keeping import OnState as OnState
from ._keeping import keep
from ._means import Means
from ._results import Results
from ._texts import readable
from ._watch import APPROVED, ISSUED, Watch
from .errors import (
    AlreadyIssuedError,
    AmbiguousOutcomeError,
    InvalidInputError,
    NotFoundError,
    UnsupportedFileError,
)
from .models.documents import UploadedDocument
from .models.files import File, FileSource, Progress
from .models.hashes import HashedDocument
from .models.requests import Request, RequestPk
from .models.signatures import (
    Countersignature,
    DocumentSignature,
    SignatureParameters,
)
from .models.signing_state import DocumentRef, SigningState
from .resources.documents import UPLOAD, check_documents, part_of
from .signed_documents import SavedDocument, SignedDocument


@discreet
class Signing:
    """One person's signing; `OneShotClient.begin` and `resume` make it.

    Every method can be called again after it failed or was cancelled, in this process
    or, from a kept `state`, in another.
    """

    def __init__(
        self,
        state: SigningState,
        means: Means,
        *,
        on_state: OnState | None = None,
        fresh: bool = False,
    ) -> None:
        if state.request_pk is None:
            raise InvalidInputError("state has no request_pk: the create is not done")
        self._state = state
        self._pk = state.request_pk
        self._requests = means.requests
        self._documents = means.documents
        self._polling = means.polling
        expected = state.bound_to is not None
        self._watch = Watch(self._pk, means, expects_callbacks=expected)
        self._means = means
        self._on_state = on_state
        # Whether nothing can have been uploaded, not even by an upload cut short.
        self._fresh = fresh

    def __repr__(self) -> str:
        return f"<Signing of request {self._pk}>"

    @property
    def request_pk(self) -> RequestPk:
        """The request's number."""
        return self._pk

    @property
    def state(self) -> dict[str, Any]:
        """All that `OneShotClient.resume` needs: a small JSON value without secrets."""
        return self._state.as_json()

    @property
    def documents(self) -> tuple[DocumentRef, ...]:
        """What is uploaded, in order; `signature_by_doc` goes by the `uid` of each."""
        return self._state.documents

    async def approved(self) -> Request:
        """Wait until the request may be signed, and return it.

        Raises:
            RequestCancelledError, VideoIdFailedError: it never will be.
            WaitTimeoutError: it is not by the deadline; resume later.
        """
        return await self._watch.until(APPROVED, self._polling.deadline)

    async def upload(
        self,
        *documents: FileSource | File | HashedDocument,
        progress: Progress | None = None,
    ) -> None:
        """Upload what is to be signed, in place of what was uploaded before.

        If it is unclear whether an upload arrived, everything is deleted from the
        Optimizer and sent once more.

        Raises:
            InvalidInputError, LocalFileError: a document cannot be used; nothing was
                deleted.
            AlreadyIssuedError: the request has signed; nothing was deleted.
            UnsupportedFileError: one of the documents cannot be signed.
        """
        await check_documents(documents)
        if not self._fresh:
            await self._check_unsigned()
            await self.delete_documents()
        self._fresh = False
        try:
            uploaded = await self._documents.upload(
                self._pk, *documents, progress=progress
            )
        except AmbiguousOutcomeError:
            await self.delete_documents()
            uploaded = await self._documents.upload(
                self._pk, *documents, progress=progress
            )
        refs = tuple(map(_ref, count(1), uploaded, documents))
        await self._remember(attrs.evolve(self._state, documents=refs))

    @overload
    async def contract(self, *, to: None = None) -> bytes: ...
    @overload
    async def contract(self, *, to: str | os.PathLike[str]) -> Path: ...
    async def contract(
        self, *, to: str | os.PathLike[str] | None = None
    ) -> bytes | Path:
        """Fetch the service contract, for the person to read, into the file `to`."""
        if to is None:
            return await self._requests.contract(self._pk)
        return await self._requests.contract(self._pk, to=to)

    async def send_otp(self, *, delivery_method: str | None = None) -> None:
        """Send the person the one-time code, by ``sms`` or ``whatsapp``.

        Raises:
            OtpTooSoonError: the last code is less than a minute old.
        """
        await self._requests.generate_otp(self._pk, delivery_method=delivery_method)

    @overload
    async def sign(
        self,
        otp: str,
        *,
        signature: SignatureParameters | None = ...,
        countersignature: Countersignature | None = ...,
        signature_by_doc: Mapping[str, DocumentSignature] | None = ...,
        ext_unlock_type: str | None = ...,
        ext_unlock_value: str | None = ...,
        to: None = None,
        progress: Progress | None = ...,
    ) -> tuple[SignedDocument, ...]: ...
    @overload
    async def sign(
        self,
        otp: str,
        *,
        signature: SignatureParameters | None = ...,
        countersignature: Countersignature | None = ...,
        signature_by_doc: Mapping[str, DocumentSignature] | None = ...,
        ext_unlock_type: str | None = ...,
        ext_unlock_value: str | None = ...,
        to: str | os.PathLike[str],
        progress: Progress | None = ...,
    ) -> tuple[SavedDocument, ...]: ...
    async def sign(
        self,
        otp: str,
        *,
        signature: SignatureParameters | None = None,
        countersignature: Countersignature | None = None,
        signature_by_doc: Mapping[str, DocumentSignature] | None = None,
        ext_unlock_type: str | None = None,
        ext_unlock_value: str | None = None,
        to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> tuple[SignedDocument, ...] | tuple[SavedDocument, ...]:
        """Sign with the person's code, wait for the result and fetch it.

        The documents come in the order of their upload: in memory, or as files in the
        folder `to`, where nothing is overwritten. If the answer to the signature is
        lost, the request's status tells whether it happened. With external
        authentication `otp` is your own code, and `ext_unlock_type` and
        `ext_unlock_value` go with it.

        Args:
            signature: what the signatures look like, and their level.
            countersignature: the account that signs after the person.
            signature_by_doc: by the `uid` of each of `documents` that differs.
            progress: is told of each piece of the download.

        Raises:
            OtpRefusedError: the code is wrong or has expired; sign again with another.
            AlreadyIssuedError: it was signed before; `download()` fetches the result.
            AmbiguousOutcomeError: the answer was lost and it does not look signed.
            WaitTimeoutError: the result is not there by the deadline; `download()`
                later.
        """
        self._check_documents()
        try:
            await self._requests.sign(
                self._pk,
                otp,
                signature=signature,
                countersignature=countersignature,
                signature_by_doc=signature_by_doc,
                ext_unlock_type=ext_unlock_type,
                ext_unlock_value=ext_unlock_value,
            )
        except AmbiguousOutcomeError as error:
            await self._watch.settled(ISSUED, error)
        if to is None:
            return await self.download(progress=progress)
        return await self.download(to=to, progress=progress)

    @overload
    async def download(
        self, *, to: None = None, progress: Progress | None = ...
    ) -> tuple[SignedDocument, ...]: ...
    @overload
    async def download(
        self, *, to: str | os.PathLike[str], progress: Progress | None = ...
    ) -> tuple[SavedDocument, ...]: ...
    async def download(
        self,
        *,
        to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> tuple[SignedDocument, ...] | tuple[SavedDocument, ...]:
        """Wait until the documents are signed and fetch them; see `sign`.

        Raises:
            InvalidInputError: no documents are known, as in a state from before their
                upload.
        """
        self._check_documents()
        seconds = self._polling.deadline
        request = await self._watch.until(ISSUED, seconds)
        results = Results(request, self._means)
        async with self._watch.deadline("fetching the signed documents", seconds):
            if to is None:
                return await results.fetch(self.documents, progress)
            return await results.save(self.documents, Path(to), progress)

    async def delete_documents(self) -> None:
        """Delete all documents from the Optimizer, which keeps them until then."""
        with suppress(NotFoundError):
            await self._documents.delete_all(self._pk)
        await self._remember(attrs.evolve(self._state, documents=()))

    def _check_documents(self) -> None:
        if not self.documents:
            raise InvalidInputError("no documents: `upload()` what is to be signed")

    async def _check_unsigned(self) -> None:
        request = await self._requests.get(self._pk)
        if request.status in ISSUED:
            raise AlreadyIssuedError(
                f"request {self._pk} has signed its documents, which are kept",
                status=HTTPStatus.PRECONDITION_FAILED,
                operation=UPLOAD.name,
            )

    async def _remember(self, state: SigningState) -> None:
        self._state = state
        await keep(state, self._on_state)


def _ref(
    number: int, uploaded: UploadedDocument, source: FileSource | File | HashedDocument
) -> DocumentRef:
    """Return what a signing remembers of an upload, unless it was refused.

    Its name is the one it has here, whatever the Optimizer calls it.
    """
    if uploaded.uid is None or uploaded.refused:
        reason = uploaded.error_message or "no reason given"
        raise UnsupportedFileError(
            readable(f"document {number}: {reason}"),
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            operation=UPLOAD.name,
        )
    if isinstance(source, HashedDocument):
        return DocumentRef(uid=uploaded.uid, name=source.name, hashed=True)
    _, file = part_of(number, source)
    return DocumentRef(uid=uploaded.uid, name=file.name)
