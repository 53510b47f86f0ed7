"""Unlock a signature by your own means, a biometric check say, and not by a code.

For services that authenticate people themselves. The vendor has to agree to it, and
says then which type to give and what its value is made of.

Run it with ``python examples/external_authentication.py [FILE]``; the signed file
appears in ``./signed``. For the real service put the URL and the credentials of your
Optimizer in place of the simulator's, and what your check found into `sign`.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import Billing, OneShotClient, OneShotError, RaoToken, Signer
from oneshot_async.simulator import Features, Simulator
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
    """Have one person sign to whom no code is sent."""
    async with (
        Simulator(features=Features(external_authentication=True)) as optimizer,
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
        (signed,) = await signing.sign(
            "your own code for this check",
            ext_unlock_type="biometric",
            ext_unlock_value="12345678-12345678",
            to="signed",
        )
        print("signed:", signed.path, "with", len(optimizer.sms), "messages sent")


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
