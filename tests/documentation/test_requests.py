"""Every documented request, as the client sends it when it is called so."""

import json
import re
from hashlib import sha256

import attrs

from oneshot_async import (
    Appearance,
    Billing,
    Countersignature,
    DeliveryMethod,
    DocumentSignature,
    File,
    HashedDocument,
    IdDocumentType,
    OcrData,
    RaoLogin,
    RaoToken,
    Rectangle,
    SecurityChecks,
    SignatureParameters,
)

TOKEN = "00000000-0000-4000-8000-00000000a001"
FIRST = "00000000-0000-4000-8000-00000000d001"
SECOND = "00000000-0000-4000-8000-00000000d002"
IMAGE = "00000000-0000-4000-8000-00000000e001"
ANSWER = {
    "pk": 7,
    "status": "CREATED",
    "uid": "u",
    "token_uid": "u",
    "image_uid": "u",
    "videoid_pk": 7,
    "request_pk": 7,
}
"""An answer that suits every operation."""

LOGIN = RaoLogin(username="1000001", password="hidden-word", pin="hidden-pin")
BILLING = Billing(username="payer", password="pässword")
WHERE = {"registration_authority": "3", "profile": "PFnubeQAFCiudadano"}


def kept(given, name, text):
    """Return the path of a file that holds this text."""
    path = given.folder / name
    path.write_text(text)
    return path


def pdf(given, name):
    return kept(given, f"{name}.pdf", f"%PDF {name}")


def images(given):
    return {
        f"document_{name}": kept(given, f"{name}.jpg", f"the {name} in JPEG")
        for name in ("front", "rear", "owner")
    }


EXTRA = File(content=b"the extra in PNG", name="extra.png", content_type="image/png")
PERSON_IN_FULL = {
    "surname_2": "Apellido2",
    "id_document_type": IdDocumentType.PAS,
    "residence": "ES",
    "residence_city": "Barcelona",
    "residence_postal_code": "08000",
    "residence_address": "Calle 1",
    "special_conditions": "none",
    "extra_document": EXTRA,
}
CREATE_IN_FULL = {
    **WHERE,
    "billing": BILLING,
    "env": "sandbox",
    "useasync": True,
    "callback": "https://callback.example.com/callbacks/token",
    "communication_language": "EN",
}
UPDATE_IN_FULL = {
    "given_name": "Nombre",
    "surname_1": "Apellido1",
    "surname_2": "Apellido2",
    "birth_date": "1980-01-01",
    "mobile_phone_number": "+34600000000",
    "serial_number": "0000000T",
}
GUIDE = Appearance(
    text=["Signed by: %(CN)s", "%(EMAIL)s %(L)s %(SUBJECT)s", "Date: %(DATE)s"],
    date="%d/%m/%Y %H:%M:%S %z",
    timezone="America/Guatemala",
    position=Rectangle(30, 100, 165, 150),
    image=IMAGE,
    horizontal=True,
    page=0,
)
LOOK = Appearance(
    text=["Firmado por: %(CN)s"],
    date="%d/%m/%Y",
    timezone="Europe/Madrid",
    position=Rectangle(300, 100, 500, 150),
    page=1,
    b64_image=b"image",
    qrcode="https://example.com/check",
    horizontal=False,
    text_size=8,
    text_align="left",
    reason="Agreement",
    location="Madrid",
)
SUBFILTER = "adbe.pkcs7.detached"
SIGN_IN_FULL = {
    "ext_unlock_type": "biometric",
    "ext_unlock_value": "12345678-12345678",
    "signature": SignatureParameters(
        appearance=LOOK,
        disable_ltv=True,
        use_tsa=True,
        metadata="string",
        level="T",
        subfilter=SUBFILTER,
    ),
    "countersignature": Countersignature(
        appearance=LOOK,
        username="signer",
        password="hidden-word",
        pin="hidden-pin",
        subfilter=SUBFILTER,
    ),
    "signature_by_doc": {
        FIRST: DocumentSignature(
            appearance=LOOK,
            usecountersignature=True,
            metadata="string",
            level="LTV",
            subfilter=SUBFILTER,
        ),
        SECOND: DocumentSignature(usecountersignature=False),
    },
}
HASH = HashedDocument(digest=sha256(b"%PDF doc").digest())
REASON = "The document is not readable"
SETTINGS = {
    "tsa": {"tsa_url": "https://tsa.example.com"},
    "billing": BILLING.fields(),
    "general": {"usepdfclean": True},
}


def in_full(given):
    return attrs.evolve(given.person, **images(given), **PERSON_IN_FULL)


def in_the_other_way(evidences):
    """Return evidences as the schema has them where the samples differ from it."""
    return attrs.evolve(
        evidences,
        acceptance=attrs.evolve(
            evidences.acceptance,
            date="2021-06-04T16:24:39Z",
            custom={"session": "s-1"},
        ),
        ocr_data=OcrData(
            given_name="Nombre",
            surname_1="Apellido1",
            serial_number="0000000T",
            id_document_type=IdDocumentType.TIN,
            custom={"nfc": True},
        ),
        security_checks=SecurityChecks(liveliness=False, custom={"hologram": True}),
        similarity_level=87,
        custom={"provider": 1},
    )


CALLS = {
    "create-with-token": lambda client, given: client.requests.create(
        in_full(given),
        rao=RaoToken(TOKEN),
        **CREATE_IN_FULL,
    ),
    "create-with-login": lambda client, given: client.requests.create(
        in_full(given), rao=LOGIN, **CREATE_IN_FULL
    ),
    "create-with-token-and-pin": lambda client, given: client.requests.create(
        given.person,
        rao=RaoToken(TOKEN, password="hidden-word", pin="hidden-pin"),
        **WHERE,
    ),
    "create-of-the-guide": lambda client, given: client.requests.create(
        attrs.evolve(given.person, **images(given)), rao=RaoToken(TOKEN), **WHERE
    ),
    "update": lambda client, given: client.requests.update(
        7, attrs.evolve(given.update, **UPDATE_IN_FULL)
    ),
    "update-of-the-required": lambda client, given: client.requests.update(
        7, given.update
    ),
    "otp": lambda client, _: client.requests.generate_otp(7),
    "otp-by-sms": lambda client, _: client.requests.generate_otp(
        7, delivery_method=DeliveryMethod.SMS
    ),
    "otp-by-whatsapp": lambda client, _: client.requests.generate_otp(
        7, delivery_method=DeliveryMethod.WHATSAPP
    ),
    "sign-with-the-code-alone": lambda client, _: client.requests.sign(7, "123456"),
    "sign-of-the-guide": lambda client, _: client.requests.sign(
        7, "123456", signature=SignatureParameters(appearance=GUIDE)
    ),
    "sign-in-full": lambda client, _: client.requests.sign(7, "123456", **SIGN_IN_FULL),
    "sign-unlocked-externally": lambda client, _: client.requests.sign(
        7,
        "customer-code",
        ext_unlock_type="biometric",
        ext_unlock_value="12345678-12345678",
    ),
    "upload": lambda client, given: client.documents.upload(7, pdf(given, "doc")),
    "upload-several": lambda client, given: client.documents.upload(
        7, *(pdf(given, name) for name in ("first", "second", "third"))
    ),
    "upload-hash": lambda client, _: client.documents.upload(7, HASH),
    "upload-hash-old": lambda client, _: client.documents.upload(
        7, attrs.evolve(HASH, algorithm="sha256")
    ),
    "create-token": lambda client, _: client.tokens.create(
        "1000001", password="hidden-word", pin="hidden-pin", env="sandbox"
    ),
    "create-token-of-the-required": lambda client, _: client.tokens.create("1000001"),
    "upload-image": lambda client, given: client.images.upload(
        kept(given, "seal.png", "the seal in PNG")
    ),
    "create-videoid": lambda client, _: client.videoid.create(
        mobile_phone_number="+34600000000",
        email="name@example.com",
        billing=BILLING,
        env="sandbox",
        **WHERE,
    ),
    "evidences": lambda client, given: client.videoid.upload_evidences(
        7, given.evidences
    ),
    "evidences-by-the-schema": lambda client, given: client.videoid.upload_evidences(
        7, in_the_other_way(given.evidences)
    ),
    "upload-video": lambda client, given: client.videoid.upload_video(
        7, kept(given, "x.mp4", "the video in MP4")
    ),
    "approve-with-token": lambda client, _: client.videoid.approve(
        7, rao_id="1400", rao=RaoToken(TOKEN)
    ),
    "approve-with-login": lambda client, _: client.videoid.approve(
        7, rao_id="1400", rao=LOGIN
    ),
    "refuse-with-token": lambda client, _: client.videoid.refuse(
        7, reason=REASON, rao_id="1400", rao=RaoToken(TOKEN)
    ),
    "refuse-with-login": lambda client, _: client.videoid.refuse(
        7, reason=REASON, rao_id="1400", rao=LOGIN
    ),
    "update-settings-old": lambda client, _: client.settings.update(SETTINGS),
}


def as_written(part):
    """Return a field of a form as the samples write it."""
    text = part.content.decode()
    if part.filename is None:
        return text
    return {
        "filename": part.filename,
        "content_type": part.content_type,
        "content": json.loads(text) if "json" in part.content_type else text,
    }


async def test_documented_request_is_what_is_sent(
    requested, given, listener, open_client
):
    """What the client sends is the documented sample: nothing more, nothing less."""
    several = [ANSWER] * len(requested.form or ())
    listener.answer = {
        "details": several if "/document/" in requested.operation else ANSWER
    }

    await CALLS[requested.name](await open_client(), given)

    form = {name: as_written(part) for name, part in listener.parts.items()}
    assert listener.calls == [re.sub(r"{\w+}", "7", requested.operation)]
    assert (listener.json, form) == (requested.body, requested.form or {})


def test_every_call_has_a_sample(data):
    """No call stands here without its sample."""
    assert set(CALLS) == {sample.name for sample in data["requests"]}
