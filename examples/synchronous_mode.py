"""Sign in the plain synchronous mode: no receiver, no inbox, no public address.

For scripts and for services that callbacks cannot reach. Each answer comes when the
thing is done, so a call takes as long as that. The asynchronous mode, with callbacks,
is in ``sign_on_the_simulator.py``; all other methods are the same.

Run it with ``python examples/synchronous_mode.py [FILE]``; the signed file appears in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import Billing, OneShotClient, OneShotError, RaoToken, Signer
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
    """Have one person sign one document."""
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
        await signing.contract(to="signed/service-contract.pdf")
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        (signed,) = await signing.sign(sms.code, to="signed")
        print("signed:", signed.path, "with", len(optimizer.callbacks), "callbacks")


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
