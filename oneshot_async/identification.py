"""One identification by video, from its creation to the request that may sign."""

from typing import Any

from ._discretion import discreet
from ._keeping import OnState
from ._means import Means
from ._watch import APPROVED, Watch, has_reached
from .errors import AmbiguousOutcomeError
from .models.credentials import Rao
from .models.files import File, FileSource, Progress
from .models.hashes import HashedDocument
from .models.identification_state import IdentificationState
from .models.requests import Request, RequestPk, RequestStatus
from .models.signing_state import SigningState
from .models.videoid import Evidences, VideoIdPk
from .signing import Signing

_VALIDATED = APPROVED | {RequestStatus.CREATED}
_REVIEWABLE = _VALIDATED | {RequestStatus.VIDEOREVIEW}
_REFUSED = frozenset({RequestStatus.CANCELLED})


@discreet
class Identification:
    """One person's Video ID; `OneShotClient.identify` and `resume_identification`.

    Callbacks about it come to the URL that is configured at the registration authority,
    `receiver.urls.fixed()`; for them the client needs an inbox and no `callbacks`.
    """

    def __init__(self, state: IdentificationState, means: Means) -> None:
        self._state = state
        self._means = means
        self._videoid = means.videoid
        self._polling = means.polling
        self._watch = Watch(state.request_pk, means, expects_callbacks=True)

    def __repr__(self) -> str:
        return f"<Identification {self.videoid_pk} of request {self.request_pk}>"

    @property
    def request_pk(self) -> RequestPk:
        """The number of the request that the person is identified for."""
        return self._state.request_pk

    @property
    def videoid_pk(self) -> VideoIdPk:
        """The Video ID's own number."""
        return self._state.videoid_pk

    @property
    def link(self) -> str:
        """Where the person identifies; a secret.

        It is empty where the evidence is uploaded instead, and after a resumption.
        """
        return self._state.link

    @property
    def state(self) -> dict[str, Any]:
        """All that `OneShotClient.resume_identification` needs: a small JSON value."""
        return self._state.as_json()

    async def upload_evidences(self, evidences: Evidences) -> None:
        """Upload what an external identification found out; never sent twice.

        Raises:
            LocalFileError: one of the images cannot be read.
        """
        await self._videoid.upload_evidences(self.videoid_pk, evidences)

    async def upload_video(
        self, video: FileSource | File, *, progress: Progress | None = None
    ) -> None:
        """Upload the video of an external identification; never sent twice.

        Raises:
            LocalFileError: it cannot be read.
        """
        await self._videoid.upload_video(self.videoid_pk, video, progress=progress)

    async def reviewable(self) -> Request:
        """Wait until all evidence is in and an officer can review it.

        Raises:
            VideoIdFailedError: the person was not identified.
            RequestCancelledError: it is refused or cancelled.
            WaitTimeoutError: it is not by the deadline; resume later.
        """
        return await self._watch.until(_REVIEWABLE, self._polling.deadline)

    async def approve(self, *, rao_id: str, rao: Rao | None = None) -> Request:
        """Approve the request, and wait until it is approved.

        Where the registration authority works in two steps, the first approval only
        validates and the status is CREATED: have it approved once more. If it is
        approved already, nothing is sent.

        Args:
            rao_id: the officer's id, `Token.rao_id`.

        Raises:
            InvalidStatusError: there is nothing to review.
            AmbiguousOutcomeError: the answer was lost and it does not look approved.
        """
        before = await self._means.requests.get(self.request_pk)
        if has_reached(before, APPROVED):
            return before
        validated = before.status == RequestStatus.CREATED
        goal = APPROVED if validated else _VALIDATED
        try:
            await self._videoid.approve(self.videoid_pk, rao_id=rao_id, rao=rao)
        except AmbiguousOutcomeError as error:
            return await self._watch.settled(goal, error)
        return await self._watch.until(goal, self._polling.deadline)

    async def refuse(self, *, reason: str, rao_id: str, rao: Rao | None = None) -> None:
        """Refuse the person, which cancels the request.

        Raises:
            InvalidStatusError: there is nothing to review.
            AmbiguousOutcomeError: the answer was lost and it does not look refused.
        """
        try:
            await self._videoid.refuse(
                self.videoid_pk, reason=reason, rao_id=rao_id, rao=rao
            )
        except AmbiguousOutcomeError as error:
            await self._watch.settled(_REFUSED, error)

    async def signing(
        self,
        *documents: FileSource | File | HashedDocument,
        on_state: OnState | None = None,
        progress: Progress | None = None,
    ) -> Signing:
        """Wait for the approval, upload the documents and go on as with any signing.

        Raises:
            RequestCancelledError, VideoIdFailedError: the request cannot be signed.
            WaitTimeoutError: it is not approved by the deadline.
        """
        state = SigningState(request_pk=self.request_pk)
        signing = Signing(state, self._means, on_state=on_state)
        await signing.approved()
        await signing.upload(*documents, progress=progress)
        return signing
