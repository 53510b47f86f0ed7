"""The rules: which call is allowed when, and what it changes."""

import itertools
import secrets
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import attrs

from oneshot_async.models.requests import RequestStatus

from . import refusals, videoid_refusals
from .application import Applicant
from .clock import Clock
from .pki import Credential
from .records import Code, Document, RequestRecord
from .refusals import RefusedError
from .timings import Timings

_BETWEEN_CODES = timedelta(seconds=60)
_MOST_DOCUMENTS = 10


class Machine:
    """All requests and the rules for their status; nothing here waits or sends."""

    def __init__(self, *, clock: Clock, timings: Timings) -> None:
        self._clock = clock
        self._timings = timings
        self._numbers = itertools.count(800_001)
        self.requests: dict[int, RequestRecord] = {}

    def create(
        self, applicant: Applicant, *, callback: str | None = None, later: bool = False
    ) -> RequestRecord:
        """Open a request; `later` says that its approval and issue take their time."""
        record = RequestRecord(
            pk=next(self._numbers),
            applicant=applicant,
            callback=callback,
            asynchronous=later,
        )
        self.requests[record.pk] = record
        return record

    def find(self, pk: int, missing: RefusedError) -> RequestRecord:
        """Return a request, or refuse in the words of the operation that wants it."""
        if pk not in self.requests:
            raise missing
        return self.requests[pk]

    def approve(self, record: RequestRecord) -> bool:
        """Make a new request ready to sign; tell whether it still was new."""
        if record.status != RequestStatus.CREATED:
            return False
        record.move(RequestStatus.ENROLLREADY)
        return True

    def cancel(self, record: RequestRecord) -> bool:
        """Cancel what has not been issued; tell whether it was not cancelled before."""
        if record.status == RequestStatus.ISSUED:
            raise refusals.already_issued()
        if record.status == RequestStatus.CANCELLED:
            return False
        record.move(RequestStatus.CANCELLED)
        return True

    def change(self, record: RequestRecord, changes: Mapping[str, str]) -> None:
        """Give a request other data, except for what a Video ID has found."""
        if record.status in {RequestStatus.ISSUED, RequestStatus.CANCELLED}:
            raise refusals.invalid_status()
        if fixed := _fixed(record, changes):
            raise videoid_refusals.cannot_change(record.pk, fixed)
        record.applicant = attrs.evolve(record.applicant, **changes)

    def draw_code(self, record: RequestRecord) -> Code:
        """Make a confirmation code, at most one in a minute."""
        now = self._clock.now()
        if record.status != RequestStatus.ENROLLREADY:
            raise refusals.otp_refused(refusals.INVALID_STATUS)
        if record.code is not None and now < record.code.sent_at + _BETWEEN_CODES:
            raise refusals.otp_refused("Otp generated less than a minute ago")
        record.code = Code(digits=f"{secrets.randbelow(10**6):06}", sent_at=now)
        record.otp_sent += 1
        return record.code

    @contextmanager
    def signing(
        self, record: RequestRecord, secret: object, *, external: bool = False
    ) -> Generator[None, None, None]:
        """Let one signature begin; if it fails inside, another may be tried.

        Args:
            record: Whose.
            secret: The code that was sent.
            external: The secret is not ours but the customer's, who has checked it.
        """
        self._check_signing(record, secret, external=external)
        record.signing = True
        try:
            yield
        except BaseException:
            record.signing = False
            raise

    def issue(
        self,
        record: RequestRecord,
        credential: Credential,
        signed: Mapping[str, bytes],
        *,
        skew: float = 0.0,
    ) -> bool:
        """Issue the certificate; tell whether the request was still ready for it."""
        if record.status != RequestStatus.ENROLLREADY:
            return False
        record.move(RequestStatus.ISSUED)
        record.credential = credential
        available_at = self._clock.now() + timedelta(seconds=skew)
        # A document may have been deleted while it was being signed.
        for uid in signed.keys() & record.documents.keys():
            record.documents[uid].signed = signed[uid]
            record.documents[uid].available_at = available_at
        return True

    def add_documents(
        self, record: RequestRecord, documents: Sequence[Document]
    ) -> None:
        """Take all of the documents or none."""
        if len(record.documents) + len(documents) > _MOST_DOCUMENTS:
            raise refusals.too_many_documents(record.pk)
        record.documents |= {document.uid: document for document in documents}

    def content(self, record: RequestRecord, uid: str, *, signed: bool) -> bytes:
        """Return one version of a document, if it is there by now."""
        document = record.documents.get(uid)
        if document is None:
            raise refusals.document_not_found()
        if not signed:
            return document.original
        content = document.signed_at(self._clock.now())
        if content is None:
            raise refusals.document_not_found()
        return content

    def remove_document(self, record: RequestRecord, uid: str) -> None:
        """Forget one document."""
        if record.documents.pop(uid, None) is None:
            raise refusals.cannot_delete(uid)

    def remove_documents(self, record: RequestRecord) -> None:
        """Forget all documents, of which there must be one."""
        if not record.documents:
            raise refusals.no_documents()
        record.documents.clear()

    def _check_signing(
        self, record: RequestRecord, secret: object, *, external: bool
    ) -> None:
        for check in (_check_ready, _check_documents):
            check(record)
        if secret is None or secret == "":
            raise refusals.missing_required("secret")
        if not (external or self._is_current(record.code, str(secret))):
            raise refusals.wrong_code()

    def _is_current(self, code: Code | None, secret: str) -> bool:
        if code is None:
            return False
        validity = timedelta(seconds=self._timings.otp_validity)
        fresh = self._clock.now() <= code.sent_at + validity
        given = secret.encode(errors="replace")
        return fresh and secrets.compare_digest(code.digits.encode(), given)


def _fixed(record: RequestRecord, changes: Mapping[str, str]) -> list[str]:
    """Name what is to change and must not; the value that it has is no change."""
    known = {name: getattr(record.applicant, name) for name in changes}
    return [n for n in changes if n in record.identified and changes[n] != known[n]]


def _check_ready(record: RequestRecord) -> None:
    if record.status == RequestStatus.ISSUED:
        raise refusals.already_issued()
    if record.status != RequestStatus.ENROLLREADY or record.signing:
        raise refusals.invalid_status()


def _check_documents(record: RequestRecord) -> None:
    if not record.documents:
        raise refusals.no_documents()
