"""Have a document signed twice: by a person and then by an account of your own.

Run it with ``python examples/countersignature.py``; the document appears in
``./signed`` with both signatures on it, an image and a QR code.
"""

import asyncio
import io

from PIL import Image

from oneshot_async import (
    Appearance,
    Billing,
    Countersignature,
    OneShotClient,
    RaoToken,
    Rectangle,
    SignatureParameters,
    Signer,
)
from oneshot_async.simulator import Simulator
from oneshot_async.simulator.paper import sample_pdf
from oneshot_async.verification import verify_pdf

SIGNER = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)
CODED = Appearance(
    text=["Seen by %(CN)s"],
    qrcode="https://example.com/verify",
    position=Rectangle(320, 130, 540, 200),
    page=0,
)


def square() -> bytes:
    """Return an image for the person's signature."""
    target = io.BytesIO()
    Image.new("RGB", (64, 64), "#1f3a93").save(target, "PNG")
    return target.getvalue()


async def main() -> None:
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
        image = await oneshot.images.upload(square())
        look = Appearance(
            text=["Signed by %(CN)s", "%(DATE)s"],
            timezone="Europe/Madrid",
            image=image.image_uid,
            horizontal=True,
            position=Rectangle(60, 130, 300, 200),
            page=0,
        )
        second = Countersignature(
            username=optimizer.rao_username,
            password=optimizer.rao_password,
            pin=optimizer.rao_pin,
            appearance=CODED,
        )
        signing = await oneshot.begin(SIGNER, [sample_pdf()], useasync=False)
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        (signed,) = await signing.sign(
            sms.code,
            signature=SignatureParameters(appearance=look),
            countersignature=second,
            to="signed",
        )
        content = await asyncio.to_thread(signed.path.read_bytes)
        trust = [optimizer.authority.root_pem]
        for check in await verify_pdf(content, trust=trust):
            print(check.signer, "valid" if check.valid else "NOT VALID")


if __name__ == "__main__":
    asyncio.run(main())
