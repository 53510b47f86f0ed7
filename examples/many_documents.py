"""Have several documents signed with one code, all of them with the same look.

For a contract with its annexes: up to ten documents, one certificate, one code. Where
each is to look different, see ``look_for_each_document.py``.

Run it with ``python examples/many_documents.py [FILE ...]``; the signed files appear in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, and ask the person for the code.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from oneshot_async import (
    Appearance,
    Billing,
    File,
    OneShotClient,
    OneShotError,
    RaoToken,
    Rectangle,
    SignatureParameters,
    Signer,
)
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf

SAMPLES = [
    File(content=sample_pdf(), name="loan.pdf"),
    File(content=sample_pdf(), name="insurance.pdf"),
    File(content=sample_pdf(), name="privacy.pdf"),
]
ON_THE_FIRST_PAGE = SignatureParameters(
    appearance=Appearance(
        text=["Signed by %(CN)s", "%(DATE)s"],
        position=Rectangle(60, 130, 300, 200),
        page=0,
    )
)
SIGNER = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)


async def main(documents: Sequence[File | Path]) -> None:
    """Have one person sign several documents at once."""
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
        signing = await oneshot.begin(SIGNER, documents, useasync=False)
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        for signed in await signing.sign(
            sms.code, signature=ON_THE_FIRST_PAGE, to="signed"
        ):
            print("signed:", signed.path)


if __name__ == "__main__":
    documents = [Path(name) for name in sys.argv[1:]]
    try:
        asyncio.run(main(documents or SAMPLES))
    except OneShotError as error:
        sys.exit(str(error))
