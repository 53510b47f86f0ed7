"""Identify a person by video where two approvals are needed before they may sign.

For registration authorities that work in two steps: the first approval validates the
identification and the request is CREATED, the second one makes it ENROLLREADY. Two
officers may do it in two processes; each resumes from `identification.state`.

Run it with ``python examples/two_step_videoid.py [FILE]``; the signed file appears in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, send the person the link, and ask them for the code. An
officer's `rao_id` is in ``(await oneshot.tokens.get(token_uid)).rao_id``.
"""

import asyncio
import sys
from pathlib import Path

import aiohttp

from oneshot_async import Billing, OneShotClient, OneShotError, RaoToken
from oneshot_async.simulator import Simulator, VideoIdRules
from oneshot_async.simulator.paper import sample_pdf

PHONE = "+34600123123"


async def visit(link: str) -> None:
    """Do what the person does in a browser."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(link, data={"outcome": "finish"}) as answer,
    ):
        answer.raise_for_status()


async def main(document: bytes | Path) -> None:
    """Identify, validate, approve and sign."""
    async with (
        Simulator(videoid=VideoIdRules(two_steps=True)) as optimizer,
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
        ) as oneshot,
    ):
        identification = await oneshot.identify(
            mobile_phone_number=PHONE, email="someone@example.com"
        )
        await visit(identification.link)
        await identification.reviewable()
        validated = await identification.approve(rao_id=optimizer.rao_id)
        print("after the first approval:", validated.status)

        resumed = await oneshot.resume_identification(identification.state)
        approved = await resumed.approve(rao_id=optimizer.rao_id)
        print("after the second approval:", approved.status)

        signing = await resumed.signing(document)
        await signing.send_otp()
        sms = await optimizer.next_sms(PHONE)
        (signed,) = await signing.sign(sms.code, to="signed")
        print("signed:", signed.path)


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
