"""Show the signature on the page: text, an image and a QR code, at a place you choose.

For documents that are printed or read by people who look for a signature. Nothing of
it is needed for the signature to hold. An image is uploaded once and used by its uid
from then on.

Run it with ``python examples/visible_signature.py [FILE]``; the signed file appears in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, your PNG for `square()`, and ask the person for the code.
"""

import asyncio
import io
import sys
from pathlib import Path

from PIL import Image

from oneshot_async import (
    Appearance,
    Billing,
    OneShotClient,
    OneShotError,
    RaoToken,
    Rectangle,
    SignatureParameters,
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


def square() -> bytes:
    """Return an image for the signature."""
    target = io.BytesIO()
    Image.new("RGB", (64, 64), "#1f3a93").save(target, "PNG")
    return target.getvalue()


async def main(document: bytes | Path) -> None:
    """Have one person sign visibly."""
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
        image = await oneshot.images.upload(square())
        look = Appearance(
            text=["Signed by %(CN)s", "%(DATE)s"],
            date="%d/%m/%Y %H:%M %Z",
            timezone="Europe/Madrid",
            image=image.image_uid,
            qrcode="https://example.com/verify",
            horizontal=True,
            position=Rectangle(60, 130, 330, 200),
            page=0,
        )
        signing = await oneshot.begin(SIGNER, [document], useasync=False)
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        (signed,) = await signing.sign(
            sms.code, signature=SignatureParameters(appearance=look), to="signed"
        )
        print("signed:", signed.path)


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
