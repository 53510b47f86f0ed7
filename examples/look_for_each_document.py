"""Have several documents signed with one code, each with a look and place of its own.

For documents with their signature lines in different places. What is common to all goes
into `signature`; what is given for a document in `signature_by_doc`, by its uid,
replaces that part for it.

Run it with ``python examples/look_for_each_document.py [LOAN [INSURANCE]]``; the signed
files appear in ``./signed``. For the real service put the URL and the credentials of
your Optimizer in place of the simulator's, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import (
    Appearance,
    Billing,
    DocumentSignature,
    File,
    OneShotClient,
    OneShotError,
    RaoToken,
    Rectangle,
    Signer,
)
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf

LOAN = File(content=sample_pdf(), name="loan.pdf")
INSURANCE = File(content=sample_pdf(), name="insurance.pdf")
AS_LENDER = DocumentSignature(
    appearance=Appearance(
        text=["The lender: %(CN)s"], position=Rectangle(60, 130, 280, 190), page=0
    )
)
AS_INSURED = DocumentSignature(
    appearance=Appearance(
        text=["Insured: %(CN)s"], position=Rectangle(320, 130, 540, 190), page=0
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


async def main(loan: File | Path = LOAN, insurance: File | Path = INSURANCE) -> None:
    """Have one person sign two documents, each in its place."""
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
        signing = await oneshot.begin(SIGNER, [loan, insurance], useasync=False)
        first, second = signing.documents
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        for signed in await signing.sign(
            sms.code,
            signature_by_doc={first.uid: AS_LENDER, second.uid: AS_INSURED},
            to="signed",
        ):
            print("signed:", signed.path)


if __name__ == "__main__":
    try:
        asyncio.run(main(*map(Path, sys.argv[1:3])))
    except OneShotError as error:
        sys.exit(str(error))
