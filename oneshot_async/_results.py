"""The signed documents of a request, fetched once they are there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import attrs

from ._files import settle, staging_in, to_its_end, told
from ._means import Means
from ._polling import pauses
from .errors import NotFoundError
from .models.files import Progress
from .models.requests import Request
from .models.signing_state import DocumentRef
from .signed_documents import SavedDocument, SignedDocument

T = TypeVar("T")


class Results:
    """Fetches signed documents; a file may appear a while after the certificate."""

    def __init__(self, request: Request, means: Means) -> None:
        self._request = request
        self._pk = request.pk
        self._documents = means.documents
        self._polling = means.polling

    async def fetch(
        self, refs: Sequence[DocumentRef], progress: Progress | None
    ) -> tuple[SignedDocument, ...]:
        """Return the signed documents in memory."""

        def fetch(ref: DocumentRef) -> Awaitable[bytes]:
            return self._documents.download(self._pk, ref.uid, progress=progress)

        contents = [await self._once_signed(fetch, ref) for ref in refs]
        return tuple(
            SignedDocument(content=content, **self._about(ref))
            for ref, content in zip(refs, contents, strict=True)
        )

    async def save(
        self, refs: Sequence[DocumentRef], folder: Path, progress: Progress | None
    ) -> tuple[SavedDocument, ...]:
        """Return the signed documents as files in a folder, under names free there."""
        async with staging_in(folder) as staging:

            async def save(ref: DocumentRef) -> Path:
                to = staging / ref.signed_name
                await self._documents.download(
                    self._pk, ref.uid, to=to, progress=progress
                )
                with told("the file cannot be saved"):
                    return await to_its_end(settle, to, folder)

            paths = [await self._once_signed(save, ref) for ref in refs]
        return tuple(
            SavedDocument(path=path, **self._about(ref))
            for ref, path in zip(refs, paths, strict=True)
        )

    def _about(self, ref: DocumentRef) -> dict[str, Any]:
        return attrs.asdict(ref) | {"request": self._request}

    async def _once_signed(
        self, download: Callable[[DocumentRef], Awaitable[T]], ref: DocumentRef
    ) -> T:
        for pause in pauses(self._polling):
            with suppress(NotFoundError):
                return await download(ref)
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")
