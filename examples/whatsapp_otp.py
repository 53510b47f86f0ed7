"""Send the one-time code by WhatsApp rather than by SMS.

For people whom an SMS does not reach. To have every code of a client go that way, give
`delivery_method` to the client rather than to each `send_otp`.

Run it with ``python examples/whatsapp_otp.py [FILE]``; the signed file appears in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import (
    Billing,
    DeliveryMethod,
    OneShotClient,
    OneShotError,
    RaoToken,
    Signer,
)
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf

SIGNER = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)


async def main(document: bytes | Path) -> None:
    """Have one person sign with a code from WhatsApp."""
    async with (
        Simulator() as optimizer,
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
        signing = await oneshot.begin(SIGNER, [document], useasync=False)
        await signing.send_otp(delivery_method=DeliveryMethod.WHATSAPP)
        message = await optimizer.next_sms(SIGNER.mobile_phone_number)
        print("the code came by", message.method)
        (signed,) = await signing.sign(message.code, to="signed")
        print("signed:", signed.path)


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
