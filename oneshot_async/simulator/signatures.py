"""The signatures of one request: the person's and, where asked for, a second one."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from .hashes import sign_hash
from .pades import Seal, sign_pdf
from .pki import Authority, Credential, Person
from .records import Document

_COUNTERSIGNER = Person(
    given_name="Simulated",
    surname_1="Countersigner",
    surname_2=None,
    serial_number="00000001R",
    id_document_type="IDC",
    country="ES",
    email="",
)


@attrs.frozen(kw_only=True)
class Seals:
    """How a document is to be signed, and countersigned if it is."""

    person: Seal
    countersigner: Seal | None = None


@attrs.frozen(kw_only=True)
class Signatures:
    """What signing a request brings forth."""

    credential: Credential
    documents: Mapping[str, bytes] = attrs.field(repr=False)


def sign_documents(
    person: Person,
    documents: Mapping[str, Document],
    *,
    seals: Mapping[str, Seals],
    authority: Authority,
    now: datetime,
) -> Signatures:
    """Issue a certificate and sign every document with it; this takes a while."""
    desk = _Desk(
        authority=authority,
        person=authority.issue(person, now),
        countersigner=authority.issue(_COUNTERSIGNER, now),
        now=now,
    )
    signed = {uid: desk.sign(each, seals[uid]) for uid, each in documents.items()}
    return Signatures(credential=desk.person, documents=signed)


@attrs.frozen(kw_only=True)
class _Desk:
    authority: Authority
    person: Credential
    countersigner: Credential
    now: datetime

    def sign(self, document: Document, seals: Seals) -> bytes:
        if document.hashed is not None:
            return sign_hash(
                document.hashed,
                credential=self.person,
                authority=self.authority,
                use_tsa=seals.person.use_tsa,
                now=self.now,
            )
        signed = self._seal(document.original, self.person, seals.person)
        if seals.countersigner is None:
            return signed
        return self._seal(signed, self.countersigner, seals.countersigner)

    def _seal(self, content: bytes, credential: Credential, seal: Seal) -> bytes:
        return sign_pdf(
            content,
            credential=credential,
            authority=self.authority,
            seal=seal,
            now=self.now,
        )
