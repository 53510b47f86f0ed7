"""The signed documents of a request, fetched once they are there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path, PurePath
from typing import Any, TypeVar

import attrs

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

        def fetch(uid: str) -> Awaitable[bytes]:
            return self._documents.download(self._pk, uid, progress=progress)

        contents = [await self._once_signed(fetch, ref) for ref in refs]
        return tuple(
            SignedDocument(content=content, **self._about(ref))
            for ref, content in zip(refs, contents, strict=True)
        )

    async def save(
        self, refs: Sequence[DocumentRef], folder: Path, progress: Progress | None
    ) -> tuple[SavedDocument, ...]:
        """Return the signed documents as files in a folder."""
        names = _distinct(ref.signed_name for ref in refs)
        targets = {
            ref.uid: folder / name for ref, name in zip(refs, names, strict=True)
        }

        def save(uid: str) -> Awaitable[Path]:
            to = targets[uid]
            return self._documents.download(self._pk, uid, to=to, progress=progress)

        paths = [await self._once_signed(save, ref) for ref in refs]
        return tuple(
            SavedDocument(path=path, **self._about(ref))
            for ref, path in zip(refs, paths, strict=True)
        )

    def _about(self, ref: DocumentRef) -> dict[str, Any]:
        return attrs.asdict(ref) | {"request": self._request}

    async def _once_signed(
        self, download: Callable[[str], Awaitable[T]], ref: DocumentRef
    ) -> T:
        for pause in pauses(self._polling):
            with suppress(NotFoundError):
                return await download(ref.uid)
            await asyncio.sleep(pause)
        raise AssertionError("pauses never end")


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Yield the names, with a number put into those that came before."""
    taken: set[str] = set()
    for name in names:
        path = PurePath(name)
        numbered = (f"{path.stem}-{n}{path.suffix}" for n in count(2))
        free = (choice for choice in chain([name], numbered) if choice not in taken)
        taken.add(chosen := next(free))
        yield chosen
