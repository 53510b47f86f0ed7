"""Identify a person by video and sign, all on the simulator.

Run it with ``python examples/videoid.py``; the signed file appears in ``./signed``.
"""

import asyncio

import aiohttp

from oneshot_async import Billing, Inbox, OneShotClient, RaoToken
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


async def main() -> None:
    """Identify, approve and sign."""
    async with (
        Simulator() as simulator,
        Inbox() as inbox,
        Receiver(inbox, secrets=["sixteen characters or more"]) as receiver,
        OneShotClient(
            simulator.url,
            rao=RaoToken(simulator.token),
            billing=Billing(
                username=simulator.billing_username,
                password=simulator.billing_password,
            ),
            env="sandbox",
            profile="PFnubeQAFCiudadano",
            registration_authority="3",
            inbox=inbox,
        ) as client,
    ):
        # With the real service this URL is configured at the registration authority.
        simulator.videoid.callback = receiver.urls.fixed()
        identification = await client.identify(
            mobile_phone_number=PHONE, email="someone@example.com"
        )
        await visit(identification.link)
        await identification.reviewable()
        officer = await client.tokens.get(simulator.token)
        await identification.approve(rao_id=str(officer.rao_id))

        signing = await identification.signing(sample_pdf())
        await signing.send_otp()
        code = (await simulator.next_sms(PHONE)).code
        (saved,) = await signing.sign(code, to="signed")
        print("signed:", saved.path)


if __name__ == "__main__":
    asyncio.run(main())
