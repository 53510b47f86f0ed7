"""What leaves: every part of a form and every key of a body, as the API names them."""

import base64
import json

import attrs
import pytest

from oneshot_async import (
    Appearance,
    Billing,
    Countersignature,
    DocumentSignature,
    File,
    HashedDocument,
    RaoToken,
    Rectangle,
    RequestUpdate,
    SignatureParameters,
)

OFFICERS = {"username": "officer", "password": "word", "pin": "1234"}
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"


@pytest.fixture
async def listening(listener, open_client):
    """A client of the listener, which answers whatever is wanted."""
    listener.answer = {
        "status": "success",
        "details": {
            "pk": "7",
            "status": "CREATED",
            "image_uid": "i-1",
        },
    }
    return await open_client(
        rao=RaoToken("a-token", pin="4321"),
        billing=Billing(username="payer", password="pay"),
        env="sandbox",
        profile="profile",
        registration_authority="3",
    )


async def test_create_carries_all_that_is_known_of_a_person(
    listener, listening, signer
):
    """Every optional field of a person is a part of its own, named as it is here."""
    optional = {
        "surname_2": "Ñandú",
        "residence": "ES",
        "residence_city": "Vic",
        "residence_postal_code": "08500",
        "residence_address": "Rambla 1",
        "special_conditions": "none",
    }

    await listening.requests.create(attrs.evolve(signer, **optional))

    sent = {name: listener.form[name].decode() for name in optional}
    assert sent == optional


async def test_create_names_its_images(listener, listening, signer, tmp_path):
    """An image is a file with the type that was given, or else that of a JPEG."""
    front = tmp_path / "front.jpg"
    front.write_bytes(JPEG)
    person = attrs.evolve(
        signer,
        document_front=front,
        document_rear=JPEG,
        document_owner=File(content=PNG, name="me.png", content_type="image/png"),
        extra_document=JPEG,
    )

    await listening.requests.create(person)

    assert {name: part for name, part in listener.parts.items() if part[0]} == {
        "document_front": ("front.jpg", "image/jpeg", JPEG),
        "document_rear": ("document_rear", "image/jpeg", JPEG),
        "document_owner": ("me.png", "image/png", PNG),
        "extra_document": ("extra_document", "image/jpeg", JPEG),
    }


async def test_update_sends_all_that_is_given(listener, listening):
    """What is to be changed is sent by its name."""
    changes = {
        "scratchcard": "1234567",
        "email": "a@b.es",
        "registration_authority": "3",
        "profile": "profile",
        "country_name": "ES",
        "given_name": "Łukasz",
        "surname_1": "Gómez",
        "surname_2": "Ñandú",
        "birth_date": "1990-01-02",
        "mobile_phone_number": "+34600000000",
        "serial_number": "0000000T",
    }

    await listening.requests.update(7, RequestUpdate(**changes))

    assert listener.json == changes


async def test_signature_sends_the_whole_appearance(listener, listening):
    """An appearance is sent key by key, its place as text and its image in base64."""
    look = Appearance(
        text=["%(CN)s", "%(DATE)s"],
        date="%d/%m/%Y",
        timezone="Europe/Madrid",
        position=Rectangle(30, 100, 165, 150),
        page=0,
        image="i-1",
        b64_image=PNG,
        qrcode="https://example.com",
        horizontal=False,
        text_size=9,
        text_align="left",
        reason="I agree",
        location="Vic",
    )

    await listening.requests.sign(
        7, "123456", signature=SignatureParameters(appearance=look)
    )

    assert listener.json["signature"] == {
        "appearance": {
            "text": ["%(CN)s", "%(DATE)s"],
            "date": "%d/%m/%Y",
            "timezone": "Europe/Madrid",
            "position": "30,100,165,150",
            "page": 0,
            "image": "i-1",
            "b64_image": base64.b64encode(PNG).decode(),
            "qrcode": "https://example.com",
            "horizontal": False,
            "text_size": 9,
            "text_align": "left",
            "reason": "I agree",
            "location": "Vic",
        }
    }


async def test_signature_sends_all_parameters(listener, listening):
    """What is said of all documents, of one and of the second signer is sent whole."""
    common = {"metadata": "m", "level": "T", "subfilter": "adbe.pkcs7.detached"}
    second = {**OFFICERS, "subfilter": "adbe.pkcs7.detached"}

    await listening.requests.sign(
        7,
        "123456",
        signature=SignatureParameters(**common, disable_ltv=True, use_tsa=False),
        countersignature=Countersignature(**second),
        signature_by_doc={"u-1": DocumentSignature(**common, usecountersignature=True)},
    )

    assert listener.json == {
        "secret": "123456",
        "signature": {**common, "disable_ltv": True, "use_tsa": False},
        "countersignature": second,
        "signature_by_doc": {"u-1": {**common, "usecountersignature": True}},
    }


async def test_documents_and_digests_are_named_apart(listener, open_client):
    """A PDF goes as `file` and a digest as `hashfile`, each with its place's number."""
    listener.answer = [{"uid": "u-1"}, {"uid": "u-2"}]
    client = await open_client()

    await client.documents.upload(7, b"%PDF", HashedDocument(digest=bytes(32)))

    document, digest = listener.parts["file"], listener.parts["hashfile2"]
    assert listener.parts.keys() == {"file", "hashfile2"}
    assert document == ("file.pdf", "application/pdf", b"%PDF")
    assert digest[:2] == ("hash.json", "application/json")
    assert json.loads(digest[2])["messageDigest"].startswith("MC8GCSqGSIb3DQEJBDEiBC")


@pytest.mark.parametrize("version", ["signed", "original"])
async def test_download_says_which_version(listener, listening, version):
    """The version is a part of the query, so that no default is relied on."""
    await listening.documents.download(7, "u-1", document_type=version)

    assert listener.calls == [f"GET /document/7/u-1?document_type={version}"]


async def test_image_is_the_only_part(listener, listening):
    """An image is a file of its form, called what it is called here."""
    image = File(content=PNG, name="seal.png", content_type="image/png")

    await listening.images.upload(image)

    assert listener.parts == {"image": ("seal.png", "image/png", PNG)}


async def test_token_may_have_all_credentials(listener, open_client):
    """Name, password and PIN are sent as they are."""
    listener.answer = {"details": {"token_uid": "t-1"}}
    client = await open_client()

    await client.tokens.create("officer", password="word", pin="1234")

    assert listener.json == OFFICERS


async def test_settings_are_sent_by_section(listener, listening):
    """What is to be changed is sent by section and name, and no more."""
    changes = {"general": {"usepdfclean": True}, "tsa": {"tsa_url": "https://x.es"}}

    await listening.settings.update(changes)

    assert listener.json == changes
