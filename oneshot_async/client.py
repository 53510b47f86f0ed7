"""The client of one Optimizer: an attribute for each tag, and the signing flow."""

import os
from collections.abc import Mapping, Sequence
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

import aiohttp

from ._answers import MAX_DOWNLOAD
from ._calls import Calls
from ._discretion import discreet
from ._keeping import OnState, keep
from ._means import Means, check_callbacks
from ._polling import Polling
from ._retries import Retries
from ._states import created, found_again, state_of, tell_state
from ._transport import Timeouts, Transport
from ._unknown import call_of, reply_of
from .callback_urls import CallbackUrls
from .errors import AmbiguousOutcomeError
from .identification import Identification
from .inbox import Inbox
from .models.credentials import Billing, Rao
from .models.files import File, FileSource, Progress
from .models.hashes import HashedDocument
from .models.identification_state import IdentificationState
from .models.replies import Reply
from .models.requests import Signer
from .models.signing_state import SigningState
from .resources import Documents, Images, Requests, ServiceSettings, Tokens, VideoIds
from .resources.caller import Defaults
from .resources.documents import check_documents
from .signing import Signing


@discreet
class OneShotClient:
    """Talks to one Optimizer; use it as an async context manager.

    What is given here for `rao` up to `delivery_method` holds for every call that does
    not say otherwise.

    Args:
        url: the Optimizer's, with or without ``/oneshot/api/v1``.
        rao: who approves requests.
        billing: who pays; to be left out only if the Optimizer's own settings say so.
        env: ``sandbox`` or ``prod``; likewise.
        registration_authority: its number, as text; every create needs one,
        profile: and the name of a profile of its certificates: ask your contact there.
        communication_language: of the messages to the person: ES, PL or EN.
        delivery_method: of one-time codes: ``sms`` or ``whatsapp``.
        inbox: where a receiver delivers callbacks; without one, flows only poll.
        callbacks: what mints callback URLs, `Receiver.urls`; needs an inbox.
        session: a session of yours, which is never closed here; its own proxies,
            connector and headers then hold.
        ssl: a context, for a private certificate authority.
        trust_env: take proxies from the environment.
        trace_configs: aiohttp's hooks for the session that is made here, which find the
            name of the operation in ``trace_request_ctx``.
        timeouts: how long an operation may take.
        retries: how often what is safe to repeat is repeated.
        polling: how often a waiting flow asks, and for how long it waits.
        max_download: how many bytes a file from the Optimizer may have.
    """

    requests: Requests
    documents: Documents
    images: Images
    tokens: Tokens
    videoid: VideoIds
    settings: ServiceSettings

    def __init__(
        self,
        url: str,
        *,
        rao: Rao | None = None,
        billing: Billing | None = None,
        env: str | None = None,
        registration_authority: str | None = None,
        profile: str | None = None,
        communication_language: str | None = None,
        delivery_method: str | None = None,
        inbox: Inbox | None = None,
        callbacks: CallbackUrls | None = None,
        session: aiohttp.ClientSession | None = None,
        ssl: SSLContext | None = None,
        trust_env: bool = False,
        trace_configs: Sequence[aiohttp.TraceConfig] = (),
        timeouts: Timeouts | None = None,
        retries: Retries | None = None,
        polling: Polling | None = None,
        max_download: int = MAX_DOWNLOAD,
    ) -> None:
        check_callbacks(callbacks, inbox)
        defaults = Defaults(
            rao=rao,
            billing=billing,
            env=env,
            registration_authority=registration_authority,
            profile=profile,
            communication_language=communication_language,
            delivery_method=delivery_method,
        )
        transport = Transport(
            url,
            session=session,
            ssl=ssl,
            trust_env=trust_env,
            trace_configs=trace_configs,
            timeouts=Timeouts() if timeouts is None else timeouts,
            max_download=max_download,
        )
        self._host = transport.base.host
        self._calls = Calls(transport, Retries() if retries is None else retries)
        self._callbacks = callbacks
        self.requests = Requests(self._calls, defaults)
        self.documents = Documents(self._calls)
        self.images = Images(self._calls)
        self.tokens = Tokens(self._calls, defaults)
        self.videoid = VideoIds(self._calls, defaults)
        self.settings = ServiceSettings(self._calls)
        self._means = Means.of(
            self.requests, self.documents, self.videoid, polling, inbox
        )

    def __repr__(self) -> str:
        return f"<OneShotClient of {self._host}>"

    async def __aenter__(self) -> Self:
        await self._calls.open()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the session, unless it was given; idempotent."""
        await self._calls.close()

    async def call(
        self,
        operation: str,
        *ids: object,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str | File] | None = None,
        to: str | os.PathLike[str] | None = None,
    ) -> Reply:
        """Carry out an operation that has no method here yet.

        With the errors, the repetitions and the masking of all others: only GET, PUT
        and DELETE are sent again.

        Args:
            operation: method and path, as in ``GET /request/{request_pk}``.
            ids: what stands in its path in place of the names in braces.
            json: the body, or
            form: the fields and files of a multipart one.
            to: the file that the answer is to be written to; in memory it may have
                16 MiB.

        Raises:
            InvalidInputError: it is no operation, or its ids are too few or too many.
        """
        call = call_of(operation, ids, query=query, json=json, form=form, to=to)
        return await self._calls(call, reply_of)

    async def begin(
        self,
        signer: Signer,
        documents: Sequence[FileSource | File | HashedDocument],
        *,
        useasync: bool = True,
        profile: str | None = None,
        registration_authority: str | None = None,
        rao: Rao | None = None,
        billing: Billing | None = None,
        env: str | None = None,
        communication_language: str | None = None,
        on_state: OnState | None = None,
        progress: Progress | None = None,
    ) -> Signing:
        """Create a request, wait for its approval and upload the documents.

        ``POST /create``, ``POST /document/{request_pk}``. If the answer to the create
        is lost, it is found again through the callback that brings its pk. Errors carry
        the `state` that `resume()` goes on from, unless nothing was created.

        Args:
            useasync: False for the plain synchronous mode, which needs no receiver.
            on_state: keeps the state, so that nothing paid for is lost if this process
                dies; called before the create, after it, and after the upload.

        Raises:
            InvalidInputError, LocalFileError, InboxClosedError, ConnectError,
                CredentialsError, BadRequestError: nothing was created.
            AmbiguousOutcomeError: the create's answer was lost and no callback came.
            RequestCancelledError, VideoIdFailedError: the request cannot be signed.
            WaitTimeoutError: it is not approved by the deadline.
            UnsupportedFileError: a document was refused: `resume()`, `upload()` others.
        """
        self._means.check_inbox()
        await check_documents(documents)
        minted = self._callbacks.mint() if self._callbacks and useasync else None
        correlation = minted.correlation if minted else None
        state = SigningState.before(signer, correlation, useasync=useasync)
        await keep(state, on_state)
        create = self.requests.create(
            signer,
            useasync=useasync,
            callback=minted.url if minted else None,
            profile=profile,
            registration_authority=registration_authority,
            rao=rao,
            billing=billing,
            env=env,
            communication_language=communication_language,
            progress=progress,
        )
        try:
            state = await created(state, create, self._means)
            await keep(state, on_state)
            lent = await self._means.lent_to(state)
            signing = Signing(state, lent, on_state=on_state, fresh=True)
            await signing.approved()
            await signing.upload(*documents, progress=progress)
        except BaseException as error:
            tell_state(error, state)
            raise
        return signing

    async def resume(
        self, state: Mapping[str, Any], *, on_state: OnState | None = None
    ) -> Signing:
        """Go on with a signing from its kept state, in this process or another.

        If the process died before the create was answered, the request is looked for
        through the callback that brings its pk.

        Raises:
            InvalidInputError: this is no signing's state.
            AmbiguousOutcomeError: it is not known whether the request was created.
        """
        self._means.check_inbox()
        known = state_of(state, SigningState, "a signing")
        if known.request_pk is None:
            unclear = AmbiguousOutcomeError("the create was never answered.")
            known = await found_again(known, unclear, self._means)
        lent = await self._means.lent_to(known)
        return Signing(known, lent, on_state=on_state)

    async def identify(
        self,
        *,
        mobile_phone_number: str,
        email: str,
        profile: str | None = None,
        registration_authority: str | None = None,
        billing: Billing | None = None,
        env: str | None = None,
        on_state: OnState | None = None,
    ) -> Identification:
        """Create a request for a person who identifies by video.

        ``POST /videoid``. Its callbacks need an inbox, and no `callbacks`. `on_state`
        is given its state when it is created.

        Raises:
            AmbiguousOutcomeError: it may have been created, and cannot be found again.
            InboxClosedError: the client's inbox is not open; nothing was created.
        """
        self._means.check_inbox()
        made = await self.videoid.create(
            mobile_phone_number=mobile_phone_number,
            email=email,
            profile=profile,
            registration_authority=registration_authority,
            billing=billing,
            env=env,
        )
        state = IdentificationState.of(made)
        await keep(state, on_state)
        return Identification(state, self._means)

    async def resume_identification(self, state: Mapping[str, Any]) -> Identification:
        """Go on with an identification from its kept state.

        Raises:
            InvalidInputError: this is no identification's state.
        """
        known = state_of(state, IdentificationState, "an identification")
        return Identification(known, self._means)
