"""Have every PDF of a folder signed, a few at a time, and see how far it has come.

For a worker: nobody types a code, as the person was authenticated by your own means
(see ``external_authentication.py``). What is under way is kept in a folder of its own:
after a run that was cut short the next one goes on, and pays for nothing twice.

Run it with ``python examples/sign_a_folder.py FOLDER``; the signed files appear in
``./signed``. The simulator forgets all requests when it ends, so what is kept is thrown
away here with it. For the real service put the URL and the credentials of your
Optimizer in place of the simulator's, a folder that stays in place of the temporary
one, and give the receiver a `public_url`; or open the inbox of an ``oneshot-async
listen`` that runs all the time. The bar is drawn by ``rich``, which comes with the
extra `cli`.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

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
from oneshot_async.errors import (
    AlreadyIssuedError,
    BadRequestError,
    NotFoundError,
    RequestCancelledError,
    UnsupportedFileError,
)
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


class Job(NamedTuple):
    """A document, the file that keeps how far it has come, and where it ends."""

    document: Path
    kept: Path
    signed: Path


async def sign_all(oneshot: OneShotClient, folder: Path, under_way: Path) -> int:
    """Have every PDF signed that is not, and return how many could not be."""
    left = _left(folder, under_way)
    failed: list[Job] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns) as bars:
        overall = bars.add_task("signed", total=len(left))

        async def work(jobs: Iterator[Job]) -> None:
            for job in jobs:  # all workers take from the same
                try:
                    await sign(oneshot, job)
                except OneShotError as error:
                    failed.append(job)
                    bars.console.print(f"{job.document.name}: {error}", soft_wrap=True)
                bars.advance(overall)

        jobs = iter(left)
        async with asyncio.TaskGroup() as workers:
            for _ in range(AT_A_TIME):
                workers.create_task(work(jobs))
    return len(failed)


async def sign(oneshot: OneShotClient, job: Job) -> None:
    """Have one document signed, from wherever an earlier run has left it."""
    try:
        signing = await _begun(oneshot, job)
        if not job.signed.exists():
            await _fetch(signing, job)
        await signing.delete_documents()
    except (NotFoundError, RequestCancelledError):
        # Nothing comes of this request any more: the next run makes another one.
        job.kept.replace(job.kept.with_suffix(".lost"))
        raise
    job.kept.unlink()


async def _begun(oneshot: OneShotClient, job: Job) -> Signing:
    async def keep(state: Mapping[str, Any]) -> None:
        await asyncio.to_thread(job.kept.write_text, json.dumps(state))

    if not job.kept.exists():
        return await oneshot.begin(SIGNER, [job.document], on_state=keep)
    state = json.loads(await asyncio.to_thread(job.kept.read_text))
    return await oneshot.resume(state, on_state=keep)


async def _fetch(signing: Signing, job: Job) -> None:
    if not signing.documents:
        await signing.approved()
        await signing.upload(job.document)
    try:
        await signing.sign(
            "your own code for this check",
            ext_unlock_type="biometric",
            ext_unlock_value="12345678-12345678",
            to=SIGNED,
        )
    except AlreadyIssuedError:
        await signing.download(to=SIGNED)
    except (BadRequestError, UnsupportedFileError):
        await signing.delete_documents()  # mended, it is uploaded anew
        raise


def _left(folder: Path, under_way: Path) -> list[Job]:
    """Return what is not signed, or has left something over."""
    jobs = [
        Job(path, under_way / f"{path.stem}.json", SIGNED / f"{path.stem}-signed.pdf")
        for path in sorted(folder.glob("*.pdf"))
    ]
    return [job for job in jobs if job.kept.exists() or not job.signed.exists()]


async def main(folder: Path, under_way: Path) -> int:
    """Have a folder signed on the simulator."""
    async with (
        Simulator(features=Features(external_authentication=True)) as optimizer,
        Inbox(f"sqlite:///{under_way}/callbacks.db") as inbox,
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
        return await sign_all(oneshot, folder, under_way)


if __name__ == "__main__":
    parser = ArgumentParser(description="Have every PDF of a folder signed.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"{folder} is no folder")
    with TemporaryDirectory() as under_way:
        sys.exit(1 if asyncio.run(main(folder, Path(under_way))) else 0)
