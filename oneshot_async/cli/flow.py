"""The whole flow, as `demo` and `sign` carry it out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from oneshot_async._polling import Polling
from oneshot_async.client import OneShotClient
from oneshot_async.errors import OtpRefusedError, OtpTooSoonError, SigningError
from oneshot_async.models.callbacks import CallbackEvent
from oneshot_async.models.files import File, Transfer
from oneshot_async.models.requests import RequestStatus, Signer
from oneshot_async.models.signatures import SignatureParameters
from oneshot_async.signed_documents import SavedDocument
from oneshot_async.signing import OnState, Signing

from .callbacks import fields_of, words_of
from .console import Console
from .files import Results
from .findings import Finding, Roots, find, require_sound

_TRIES = 3
_PATIENCE = Polling().deadline
_CONTRACT = "service-contract.pdf"


@attrs.define(kw_only=True)
class Flow:
    """Has one person sign, and reports what happens.

    Attributes:
        ask_code: asks the person for the code; nothing means to send a new one.
        remember: keeps the state, whenever it changes.
        state: what it takes to go on, should it fail midway.
    """

    client: OneShotClient
    console: Console
    results: Results
    ask_code: Callable[[], Awaitable[str]] = attrs.field(repr=False)
    signature: SignatureParameters | None
    roots: Roots = attrs.field(repr=False)
    remember: OnState | None = None
    state: Mapping[str, Any] = attrs.field(init=False, factory=dict[str, Any])
    _uploading: bool = attrs.field(init=False, default=False)

    async def begin(self, signer: Signer, documents: Sequence[Path | File]) -> Signing:
        """Create a request, wait for its approval and upload the documents."""
        self.console.step("Create a request (useasync=true)")
        return await self.client.begin(
            signer, documents, on_state=self._keep, progress=self._sent
        )

    async def resume(
        self, state: Mapping[str, Any], documents: Sequence[Path | File]
    ) -> Signing:
        """Go on with a request, up to where its documents are uploaded."""
        await self._keep(state)
        self.console.step(f"Go on with request {state.get('request_pk')}")
        signing = await self.client.resume(state, on_state=self._keep)
        if not signing.state["documents"]:
            await signing.approved()
            await signing.upload(*documents, progress=self._sent)
        return signing

    async def finish(self, signing: Signing) -> None:
        """Have it signed, verify what comes back, delete it from the Optimizer.

        Raises:
            SigningError: a signature does not verify; nothing was deleted.
        """
        documents = await self._signed(signing)
        self.console.step("Verify the signatures")
        found: list[Finding] = []
        try:
            found += [await find(document, self.roots) for document in documents]
            require_sound(found)
            self.console.step("Delete the documents from the Optimizer")
            await signing.delete_documents()
        finally:
            self._tell_result(documents, found)

    async def _signed(self, signing: Signing) -> list[SavedDocument]:
        request = await signing.approved()
        if request.status == RequestStatus.ENROLLREADY:
            await self._fetch_contract(signing)
            await self._send_code(signing)
            saved = await self._sign(signing)
        else:
            self.console.step("Download what is signed already")
            saved = await signing.download(
                to=self.results.staging, progress=self.console.transfer
            )
        return [await self._settled(document) for document in saved]

    async def _settled(self, document: SavedDocument) -> SavedDocument:
        path = await self.results.keep(document.path)
        return attrs.evolve(document, path=path)

    async def _fetch_contract(self, signing: Signing) -> None:
        self.console.step("Fetch the service contract, to be read before signing")
        staged = await signing.contract(to=self.results.staging / _CONTRACT)
        path = await self.results.keep(staged)
        self.console.tell({"contract": str(path)}, str(path))

    async def _send_code(self, signing: Signing) -> None:
        self.console.step("Send the one-time code")
        try:
            await signing.send_otp()
        except OtpTooSoonError as error:
            self.console.tell({"not_sent": error.message}, error.advice)

    async def _sign(self, signing: Signing) -> tuple[SavedDocument, ...]:
        for _ in range(_TRIES):
            try:
                return await self._sign_once(signing)
            except OtpRefusedError as error:
                self.console.fail({"refused": error.message}, error.message)
        raise SigningError(f"{_TRIES} codes were refused; go on to try another")

    async def _sign_once(self, signing: Signing) -> tuple[SavedDocument, ...]:
        while not (code := await self.ask_code()):
            await self._send_code(signing)
        words = "Sign, wait for the certificate, download"
        self.console.step(words, limit=_PATIENCE)
        return await signing.sign(
            code,
            signature=self.signature,
            to=self.results.staging,
            progress=self.console.transfer,
        )

    async def _keep(self, state: Mapping[str, Any]) -> None:
        created = state["request_pk"] is not None
        if created and self.state.get("request_pk") is None:
            words = f"Wait for the approval of request {state['request_pk']}"
            self.console.step(words, limit=_PATIENCE)
        self.state = state
        if self.remember is not None:
            await self.remember(dict(state))

    def _sent(self, transfer: Transfer) -> None:
        created = self.state.get("request_pk") is not None
        if created and not self._uploading:
            self._uploading = True
            self.console.step("Upload the documents")
        self.console.transfer(transfer)

    def _tell_result(
        self, documents: Sequence[SavedDocument], found: Sequence[Finding]
    ) -> None:
        result = {
            "signed": [str(document.path) for document in documents],
            "verified": [fields for finding in found for fields in finding.fields()],
        }
        words = [f"{finding.path}\n  {finding.words()}" for finding in found]
        words += [f"{rest.path}\n  not verified" for rest in documents[len(found) :]]
        self.console.conclude(result, "\n".join(words))


def tell_callback(console: Console, event: CallbackEvent) -> None:
    """Report a callback that arrived while the flow runs."""
    console.tell({"callback": fields_of(event)}, words_of(event))
