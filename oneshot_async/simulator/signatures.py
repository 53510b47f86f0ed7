"""The signatures of one request: the person's and, where asked for, a second one."""

from collections.abc import Mapping
from datetime import datetime

import attrs
from cryptography.x509 import Certificate

from .hashes import sign_hash
from .ltv import add_document_stamp, add_proofs
from .pades import Seal, sign_pdf
from .pki import Authority, Credential, Person
from .records import Document
from .revocation import vouch

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
    """How a document is to be signed, and countersigned if it is.

    Attributes:
        proven: whether the proofs that all signatures were valid go in after them.
        archived: whether a time-stamp over the whole document comes last.
    """

    person: Seal
    countersigner: Seal | None = None
    proven: bool = False
    archived: bool = False


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
        if seals.countersigner is not None:
            signed = self._seal(signed, self.countersigner, seals.countersigner)
        return self._preserve(signed, seals)

    def _seal(self, content: bytes, credential: Credential, seal: Seal) -> bytes:
        return sign_pdf(
            content,
            credential=credential,
            authority=self.authority,
            seal=seal,
            now=self.now,
        )

    def _preserve(self, signed: bytes, seals: Seals) -> bytes:
        if seals.proven:
            signed = self._prove(signed, seals)
        if seals.archived:
            stamper = self.authority.time_stamper
            signed = add_document_stamp(signed, keys=stamper, now=self.now)
        return signed

    def _prove(self, signed: bytes, seals: Seals) -> bytes:
        signers = [self.authority.time_stamper, self.person.keys]
        if seals.countersigner is not None:
            signers.append(self.countersigner.keys)
        issued = [self.authority.root, *signers]
        return add_proofs(
            signed,
            certificates=[keys.certificate_der for keys in issued],
            responses=[self._vouch(keys.certificate) for keys in signers],
        )

    def _vouch(self, certificate: Certificate) -> bytes:
        return vouch(certificate, authority=self.authority, now=self.now)
