"""Have a person sign whom you have identified by video yourself.

For services with an identification of their own: there is no link, and the evidence and
the video are uploaded before an officer reviews them.

Run it with ``python examples/external_videoid.py [FILE]``; the signed file appears in
``./signed``. For the real service put the URL and the credentials of your Optimizer in
place of the simulator's, paths to your images and your video in place of the bytes
here, and ask the person for the code. An officer's `rao_id` is in
``(await oneshot.tokens.get(token_uid)).rao_id``.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import (
    Acceptance,
    Billing,
    Evidences,
    IdDocumentType,
    OcrData,
    OneShotClient,
    OneShotError,
    RaoToken,
    SecurityChecks,
    SimilarityLevel,
)
from oneshot_async.simulator import Simulator, VideoIdRules
from oneshot_async.simulator.paper import sample_pdf

PHONE = "+34600123123"
EVIDENCES = Evidences(
    acceptance=Acceptance(
        description="I agree to being identified by video.",
        ip="192.0.2.1",
        date=1700000000000,
        user_agent="Mozilla/5.0",
        url_web_videoid="https://example.com/identify",
        url_doc_privacypolicy="https://example.com/privacy",
        url_doc_termsconditions="https://example.com/terms",
    ),
    document_front=b"a JPEG of the front of the identity document",
    document_rear=b"and one of its rear",
    document_photo=b"the photograph in it",
    document_owner=b"the person who holds it",
    ocr_data=OcrData(
        given_name="Ada",
        surname_1="Lovelace",
        serial_number="0000000T",
        id_document_type=IdDocumentType.IDC,
    ),
    security_checks=SecurityChecks(liveliness=True, documents_match=True),
    similarity_level=SimilarityLevel.HIGH,
)


async def main(document: bytes | Path) -> None:
    """Upload the evidence, approve and sign."""
    async with (
        Simulator(videoid=VideoIdRules(external=True)) as optimizer,
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
        identification = await oneshot.identify(
            mobile_phone_number=PHONE, email="ada@example.com"
        )
        await identification.upload_evidences(EVIDENCES)
        await identification.upload_video(b"an MP4 of the identification")
        await identification.reviewable()
        await identification.approve(rao_id=optimizer.rao_id)

        signing = await identification.signing(document)
        await signing.send_otp()
        sms = await optimizer.next_sms(PHONE)
        (signed,) = await signing.sign(sms.code, to="signed")
        print("signed:", signed.path)


if __name__ == "__main__":
    document = Path(sys.argv[1]) if len(sys.argv) > 1 else sample_pdf()
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
