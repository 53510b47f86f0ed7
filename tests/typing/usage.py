"""How users write against the package; read by the type checkers, never run."""

from pathlib import Path
from typing import assert_type

from oneshot_async import (
    CallbackEvent,
    Inbox,
    OneShotClient,
    RaoToken,
    Request,
    RequestPk,
    RequestStatus,
    SavedDocument,
    SignedDocument,
    Signer,
    Signing,
)
from oneshot_async.errors import SigningError
from oneshot_async.verification import Verification

Signed = tuple[SignedDocument, ...] | tuple[SavedDocument, ...]


async def client(signer: Signer, pk: RequestPk, folder: Path | None) -> None:
    """Operations and the flow have exact types."""
    async with Inbox() as inbox, OneShotClient("x", rao=RaoToken("t")) as oneshot:
        assert_type(oneshot, OneShotClient)
        request = await oneshot.requests.get(pk)
        assert_type(request, Request)
        assert_type(request.status, RequestStatus | str)
        assert_type(await oneshot.requests.contract(pk), bytes)
        assert_type(await oneshot.requests.contract(pk, to="c.pdf"), Path)
        assert_type(await oneshot.documents.download(pk, "uid"), bytes)
        assert_type(await oneshot.documents.download(pk, "uid", to="d.pdf"), Path)
        signing = await oneshot.begin(signer, [Path("a.pdf"), b"%PDF-", "b.pdf"])
        assert_type(signing, Signing)
        assert_type(await signing.sign("123456"), tuple[SignedDocument, ...])
        saved = await signing.sign("1", to="out")
        assert_type(saved, tuple[SavedDocument, ...])
        assert_type(await signing.contract(to=folder), bytes | Path)
        assert_type(await signing.sign("1", to=folder), Signed)
        found = await saved[0].verify(trust=[b"-----BEGIN CERTIFICATE-----"])
        assert_type(found, Verification)
        assert_type(found.problems, tuple[str, ...])
        assert_type(await inbox.wait(pk), CallbackEvent)
        async for event in inbox.events(pk):
            assert_type(event.pk, RequestPk | None)


async def goes_on(oneshot: OneShotClient, error: SigningError) -> Request | None:
    """An error's number is one to ask for."""
    pk = error.request_pk
    return None if pk is None else await oneshot.requests.get(pk)


async def mistakes(oneshot: OneShotClient, signer: Signer) -> None:
    """What is wrong is told before it runs."""
    await oneshot.requests.get("123")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a pk is no text
    await oneshot.begin(signer, "a.pdf", useasync="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # a flag is no text
