"""Appends what lets a signature be checked when nobody can be asked any more.

Certificates and responses go in as the bytes they are: asn1crypto, through which
pyHanko would take them, is slow for some lengths.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# The reason: pyHanko's writers are typed in part.

import secrets
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    StreamObject,
    pdf_name,
)
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

from .cms import DIGEST, stamp_time
from .pki import KeyPair
from .revisions import RESERVED, broken_means_refused, open_pdf


def add_proofs(
    document: bytes, *, certificates: Iterable[bytes], responses: Iterable[bytes]
) -> bytes:
    """Append a security store, or put more into the one that is there.

    Args:
        document: what has been signed.
        certificates: those of all signatures and time-stamps, in DER.
        responses: the OCSP responses about them, in DER.
    """
    writer: Any = open_pdf(document)
    written = BytesIO()
    with broken_means_refused():
        store = _store(writer)
        _put(writer, store, "/Certs", certificates)
        _put(writer, store, "/OCSPs", responses)
        writer.write(written)
    return written.getvalue()


def add_document_stamp(document: bytes, *, keys: KeyPair, now: datetime) -> bytes:
    """Append a time-stamp over the whole document, its security store included."""
    writer = open_pdf(document)
    field = SigFieldSpec(f"Timestamp-{secrets.token_hex(4)}")
    stamped = BytesIO()
    with broken_means_refused():
        steps: Any = PdfCMSEmbedder(field).write_cms(field.sig_field_name, writer)
        next(steps)
        steps.send(SigObjSetup(_placeholder()))
        gap, _ = steps.send(SigIOSetup(DIGEST, output=stamped))
        steps.send(stamp_time(gap.document_digest, keys=keys, now=now))
    return stamped.getvalue()


def _placeholder() -> DocumentTimestamp:
    return DocumentTimestamp(  # type: ignore[no-untyped-call]  # pyHanko's
        bytes_reserved=RESERVED
    )


def _store(writer: Any) -> DictionaryObject:
    name = pdf_name("/DSS")
    if name not in writer.root:
        empty = DictionaryObject()  # type: ignore[no-untyped-call]  # pyHanko's
        writer.root[name] = writer.add_object(empty)
        writer.update_root()
    store: DictionaryObject = writer.root[name]
    writer.update_container(store)
    return store


def _put(
    writer: Any, store: DictionaryObject, name: str, contents: Iterable[bytes]
) -> None:
    there: Any = store.get(name, ())
    added = [writer.add_object(StreamObject(stream_data=each)) for each in contents]
    store[pdf_name(name)] = ArrayObject([*there, *added])
