"""The simulated service itself: the rules, plus everything that takes time."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import attrs

from oneshot_async.models.signatures import DeliveryMethod

from . import refusals
from .accounts import Tokens
from .application import Applicant
from .background import Background
from .clock import Clock
from .courier import Courier
from .faults import Faults
from .features import Features
from .images import StoredImage
from .machine import Machine
from .notices import notice_of
from .pades import SigningRefusedError
from .paper import contract_pdf
from .phone import Phone
from .pki import Authority
from .records import RequestRecord, VideoIdRecord
from .sealing import seals_for, section
from .settings import Settings
from .signatures import Signatures, sign_documents
from .timings import Timings
from .videoid import VideoIds


@attrs.frozen(kw_only=True)
class Optimizer:
    """What stands behind the HTTP operations."""

    machine: Machine
    authority: Authority
    tokens: Tokens
    phone: Phone
    courier: Courier
    background: Background
    videoids: VideoIds
    clock: Clock
    faults: Faults
    timings: Timings
    features: Features
    settings: Settings
    images: dict[str, StoredImage] = attrs.field(factory=dict[str, StoredImage])

    async def create(
        self, applicant: Applicant, *, callback: str | None, later: bool
    ) -> RequestRecord:
        """Open a request and have it approved, at once or later."""
        record = self.machine.create(
            applicant, callback=callback if later else None, later=later
        )
        if not later:
            self.machine.approve(record)
        elif self.faults.strikes(self.faults.before_answer):
            await self._approve_before_answer(record)
        else:
            self.announce(record)
            self.background.start(self._approve_later(record))
        return record

    def cancel(self, record: RequestRecord) -> None:
        """Cancel a request that has not been issued."""
        if self.machine.cancel(record):
            self.announce(record)

    def send_code(self, record: RequestRecord, method: DeliveryMethod) -> None:
        """Send a confirmation code to the person's telephone."""
        code = self.machine.draw_code(record)
        self.phone.receive(
            method=method,
            phone=record.applicant.mobile_phone_number,
            code=code.digits,
            sent_at=code.sent_at,
        )

    async def sign(self, record: RequestRecord, body: Mapping[str, Any]) -> None:
        """Sign all documents, so that what cannot be signed is refused in the answer.

        In the asynchronous mode the certificate and the files show up later.
        """
        external = self._is_external(body)
        with self.machine.signing(record, body.get("secret"), external=external):
            self._check_countersigner(body)
            signatures = await self._signatures(record, body)
            if record.asynchronous:
                self.background.start(self._issue_later(record, signatures))
            elif not self._issue(record, signatures, skew=0.0):
                raise refusals.invalid_status()
            else:
                self.announce(record)

    def take_evidence(self, record: VideoIdRecord) -> None:
        """Let an identification go on with the evidence that it has by now."""
        if self.videoids.begin(record):
            self.announce(record.request)
        if record.complete:
            self.background.start(self._review_later(record))

    async def contract(self, record: RequestRecord) -> bytes:
        """Draw the contract that the person is to read."""
        return await asyncio.to_thread(
            contract_pdf,
            record.applicant.person(),
            request_pk=record.pk,
            profile=record.applicant.profile,
            now=self.clock.now(),
        )

    def add_image(self, content: bytes, filename: str) -> str:
        """Keep an image and return its uid."""
        uid = str(uuid.uuid4())
        self.images[uid] = StoredImage(
            content=content, filename=filename, uploaded_at=self.clock.now()
        )
        return uid

    def announce(self, record: RequestRecord) -> None:
        """Send the callback for the status that a request has now, if it has a URL."""
        if record.callback is not None:
            notice = notice_of(record, record.callback, self.clock.now())
            self.courier.dispatch(notice)

    async def _review_later(self, record: VideoIdRecord) -> None:
        await self.clock.sleep(self.timings.review)
        if self.videoids.review(record):
            self.announce(record.request)

    async def _approve_later(self, record: RequestRecord) -> None:
        await self.clock.sleep(self.timings.approval)
        if self.machine.approve(record):
            self.announce(record)

    async def _approve_before_answer(self, record: RequestRecord) -> None:
        await self._announce_now(record)
        if self.machine.approve(record):
            await self._announce_now(record)

    async def _announce_now(self, record: RequestRecord) -> None:
        if record.callback is not None:
            notice = notice_of(record, record.callback, self.clock.now())
            await self.courier.deliver(notice)

    async def _signatures(
        self, record: RequestRecord, body: Mapping[str, Any]
    ) -> Signatures:
        seals = seals_for(record, body, self.images)
        try:
            return await asyncio.to_thread(
                sign_documents,
                record.applicant.person(),
                dict(record.documents),
                seals=seals,
                authority=self.authority,
                now=self.clock.now(),
            )
        except SigningRefusedError as error:
            raise refusals.signing_refused(str(error)) from error

    async def _issue_later(self, record: RequestRecord, signatures: Signatures) -> None:
        await self.clock.sleep(self.timings.issue)
        if self._issue(record, signatures, skew=self.timings.file_skew):
            self.announce(record)

    def _issue(
        self, record: RequestRecord, signatures: Signatures, *, skew: float
    ) -> bool:
        return self.machine.issue(
            record, signatures.credential, signatures.documents, skew=skew
        )

    def _is_external(self, body: Mapping[str, Any]) -> bool:
        """Whether something of the customer's own takes the place of our code."""
        keys = ("ext_unlock_type", "ext_unlock_value")
        missing = [name for name in keys if not body.get(name)]
        if len(missing) == len(keys):
            return False
        if missing:
            raise refusals.missing_required(missing[0])
        if not self.features.external_authentication:
            raise refusals.external_not_allowed()
        return True

    def _check_countersigner(self, body: Mapping[str, Any]) -> None:
        wanted = section(body, "countersignature")
        if wanted and not self.tokens.is_countersigner(wanted):
            raise refusals.wrong_countersigner()
