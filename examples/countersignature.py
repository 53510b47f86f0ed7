"""Have a document signed twice: by a person and then by an account of your own.

For a company that seals what its customers sign, in the same call. Either signature can
be visible; here the second one is.

Run it with ``python examples/countersignature.py [FILE]``; the document appears in
``./signed`` with both signatures in it. For the real service put the URL and the
credentials of your Optimizer in place of the simulator's, those of your SignCloud
account into `second`, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import (
    Appearance,
    Billing,
    Countersignature,
    OneShotClient,
    OneShotError,
    RaoToken,
    Rectangle,
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
SEAL = Appearance(
    text=["Seen by %(CN)s"], position=Rectangle(320, 130, 540, 200), page=0
)


async def main(document: bytes | Path) -> None:
    """Have one person and one account sign one document."""
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
        second = Countersignature(
            username=optimizer.rao_username,
            password=optimizer.rao_password,
            pin=optimizer.rao_pin,
            appearance=SEAL,
        )
        signing = await oneshot.begin(SIGNER, [document], useasync=False)
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        (signed,) = await signing.sign(sms.code, countersignature=second, to="signed")
        found = await signed.verify(trust=[optimizer.authority.root_pem])
        for check in found.signatures:
            print(check.signer, "valid" if check.valid else "NOT VALID")


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
