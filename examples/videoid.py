"""Identify a person by video on the vendor's own pages (eIDAS), then have them sign.

For people whom nobody has met. The person gets a link, an officer reviews what they
showed and approves or refuses them, and what follows is as in any signing.

Run it with ``python examples/videoid.py [FILE]``; the signed file appears in
``./signed``. ``--refuse`` shows the other end. For the real service put the URL and the
credentials of your Optimizer in place of the simulator's, send the person the link, and
ask them for the code. An officer's `rao_id` is in
``(await oneshot.tokens.get(token_uid)).rao_id``.
"""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path

import aiohttp

from oneshot_async import Billing, Inbox, OneShotClient, OneShotError, RaoToken
from oneshot_async.errors import RequestCancelledError
from oneshot_async.receiver import Receiver
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf

PHONE = "+34600123123"


async def visit(link: str) -> None:
    """Do what the person does in a browser."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(link, data={"outcome": "finish"}) as answer,
    ):
        answer.raise_for_status()


async def main(document: bytes | Path, *, refuse: bool) -> None:
    """Identify, approve or refuse, and sign."""
    async with (
        Simulator() as optimizer,
        Inbox() as inbox,
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
        ) as oneshot,
    ):
        # With the real service this URL is configured at the registration authority.
        optimizer.videoid.callback = receiver.urls.fixed()
        identification = await oneshot.identify(
            mobile_phone_number=PHONE, email="someone@example.com"
        )
        await visit(identification.link)
        await identification.reviewable()

        officer = optimizer.rao_id
        if refuse:
            await identification.refuse(reason="The video is blurred", rao_id=officer)
        else:
            await identification.approve(rao_id=officer)

        try:
            signing = await identification.signing(document)
        except RequestCancelledError as error:
            print("refused:", error)
            return
        await signing.send_otp()
        sms = await optimizer.next_sms(PHONE)
        (signed,) = await signing.sign(sms.code, to="signed")
        print("signed:", signed.path)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--refuse", action="store_true")
    given = parser.parse_args()
    try:
        asyncio.run(main(given.file or sample_pdf(), refuse=given.refuse))
    except OneShotError as error:
        sys.exit(str(error))
