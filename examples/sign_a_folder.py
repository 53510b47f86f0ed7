"""Have every PDF of a folder signed, a few at a time, and see how far it has come.

For a worker: nobody types a code, as the person was authenticated by your own means
(see ``external_authentication.py``). What is under way is kept beside each document:
after a run that was cut short the next one goes on, and pays for nothing twice.

Run it with ``python examples/sign_a_folder.py FOLDER``; the signed files appear in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, and give the receiver a `public_url`; or open the inbox of an
``oneshot-async listen`` that runs all the time. The bar is drawn by ``rich``, which
comes with the extra `cli`.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from oneshot_async import (
    Billing,
    Inbox,
    OneShotClient,
    OneShotError,
    RaoToken,
    Signer,
    Signing,
)
from oneshot_async.errors import AlreadyIssuedError
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Features, Simulator

AT_A_TIME = 4
SIGNED = Path("signed")
SIGNER = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)


async def sign_all(oneshot: OneShotClient, folder: Path) -> int:
    """Have every PDF signed that is not, and return how many could not be."""
    left = _left(folder)
    failed: list[Path] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns) as bars:
        overall = bars.add_task("signed", total=len(left))

        async def work(paths: Iterator[Path]) -> None:
            for path in paths:  # all workers take from the same
                try:
                    await sign(oneshot, path)
                except OneShotError as error:
                    failed.append(path)
                    bars.console.print(f"{path.name}: {error}", soft_wrap=True)
                bars.advance(overall)

        paths = iter(left)
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_A_TIME):
                workers.create_task(work(paths))
    return len(failed)


async def sign(oneshot: OneShotClient, path: Path) -> None:
    """Have one document signed, from wherever an earlier run has left it."""
    signing = await _begun(oneshot, path)
    if not _result(path).exists():
        await _fetch(signing, path)
    await signing.delete_documents()
    _kept(path).unlink()


async def _begun(oneshot: OneShotClient, path: Path) -> Signing:
    async def keep(state: Mapping[str, Any]) -> None:
        await asyncio.to_thread(_kept(path).write_text, json.dumps(state))

    if not _kept(path).exists():
        return await oneshot.begin(SIGNER, [path], on_state=keep)
    state = json.loads(await asyncio.to_thread(_kept(path).read_text))
    return await oneshot.resume(state, on_state=keep)


async def _fetch(signing: Signing, path: Path) -> None:
    if not signing.documents:
        await signing.approved()
        await signing.upload(path)
    try:
        await signing.sign(
            "your own code for this check",
            ext_unlock_type="biometric",
            ext_unlock_value="12345678-12345678",
            to=SIGNED,
        )
    except AlreadyIssuedError:
        await signing.download(to=SIGNED)


def _left(folder: Path) -> list[Path]:
    """Return the documents that are not signed, or of which something is left over."""
    documents = sorted(folder.glob("*.pdf"))
    return [p for p in documents if _kept(p).exists() or not _result(p).exists()]


def _kept(path: Path) -> Path:
    return path.with_suffix(".signing.json")


def _result(path: Path) -> Path:
    return SIGNED / f"{path.stem}-signed.pdf"


async def main(folder: Path) -> int:
    """Have a folder signed on the simulator."""
    async with (
        Simulator(features=Features(external_authentication=True)) as optimizer,
        Inbox(f"sqlite:///{folder}/callbacks.db") as inbox,
        Receiver(inbox, secrets=["sixteen characters or more"]) as receiver,
        OneShotClient(
            optimizer.url,
            rao=RaoToken(optimizer.token),
            billing=Billing(
                username=optimizer.billing_username,
                password=optimizer.billing_password,
            ),
            env="sandbox",
            registration_authority="1000",
            profile="PFnubeQAFCiudadano",
            inbox=inbox,
            callbacks=receiver.urls,
        ) as oneshot,
    ):
        return await sign_all(oneshot, folder)


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(main(Path(sys.argv[1]))) else 0)
