"""Sign a PDF from beginning to end: callbacks, a code by SMS, a visible signature.

The asynchronous mode, for services that the vendor's callbacks can reach; the plain
one is in ``synchronous_mode.py``.

Run it with ``python examples/sign_on_the_simulator.py [FILE]``; the signed file and the
service contract appear in ``./signed``. For the real service put the URL and the
credentials of your Optimizer in place of the simulator's, give the receiver its
`public_url`, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import (
    Appearance,
    Billing,
    Inbox,
    OneShotClient,
    OneShotError,
    RaoToken,
    Rectangle,
    SignatureParameters,
    Signer,
)
from oneshot_async.receiver import Receiver
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
VISIBLE = SignatureParameters(
    appearance=Appearance(
        text=["Signed by %(CN)s", "%(DATE)s"],
        date="%d/%m/%Y %H:%M %Z",
        timezone="Europe/Madrid",
        position=Rectangle(60, 60, 300, 120),
        page=0,
    )
)


async def main(document: bytes | Path) -> None:
    """Have one person sign one document."""
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
            callbacks=receiver.urls,
        ) as oneshot,
    ):
        signing = await oneshot.begin(SIGNER, [document])
        print("approved:", signing.request_pk)
        await signing.contract(to="signed/service-contract.pdf")
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        for signed in await signing.sign(sms.code, signature=VISIBLE, to="signed"):
            found = await signed.verify(trust=[optimizer.authority.root_pem])
            print("signed:", signed.path, "valid" if found.valid else found.problems)
        await signing.delete_documents()


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
