"""Digests of documents that are to be signed without leaving this machine."""

import asyncio
import hashlib

from ._bodies import stream_of
from ._discretion import discreet
from .models.files import File, FileSource
from .models.hashes import HashedDocument


@discreet
async def hash_document(source: FileSource | File) -> HashedDocument:
    """Read a document, of any size, and return its SHA-256 digest for signing.

    For a digest that you have already, make a `HashedDocument`.

    Raises:
        LocalFileError: it cannot be read.
    """
    file = File.of(source, "document", "application/octet-stream")
    digest = hashlib.sha256()
    async with stream_of(file, "source") as chunks:
        async for chunk in chunks:
            await asyncio.to_thread(digest.update, chunk)
    return HashedDocument(digest=digest.digest(), name=file.name)
