"""What leaves for Video ID: every key of a body and the part of a form."""

import pytest

from oneshot_async import (
    Acceptance,
    Billing,
    Evidences,
    OcrData,
    RaoLogin,
    RaoToken,
    SecurityChecks,
)

LOGIN = RaoLogin(username="officer", password="word", pin="1234")


@pytest.fixture
async def listening(listener, open_client):
    """A client of the listener with all defaults."""
    listener.answer = {"detail": {"videoid_pk": 8, "request_pk": 7}}
    return await open_client(
        rao=RaoToken("a-token", pin="4321"),
        billing=Billing(username="payer", password="pay"),
        env="sandbox",
        profile="profile",
        registration_authority="3",
    )


async def test_videoid_is_created_by_whoever_pays(listener, listening):
    """A Video ID carries where the person is reached and who pays, and no officer."""
    await listening.videoid.create(mobile_phone_number="+34600000000", email="a@b.es")

    assert listener.json == {
        "mobile_phone_number": "+34600000000",
        "email": "a@b.es",
        "profile": "profile",
        "registration_authority": "3",
        "billing_username": "payer",
        "billing_password": "cGF5",
        "env": "sandbox",
    }


async def test_evidence_is_sent_as_json(listener, listening):
    """Consent, images in base64, what was read and what was checked, and one's own."""
    await listening.videoid.upload_evidences(
        8,
        Evidences(
            acceptance=Acceptance(
                description="yes",
                ip="192.0.2.1",
                date=1622823879708,
                user_agent="a browser",
                url_web_videoid="https://example.com/v",
                url_doc_privacypolicy="https://example.com/p",
                url_doc_termsconditions="https://example.com/t",
                custom={"campaign": 1},
            ),
            document_front=b"front",
            document_rear=b"rear",
            document_photo=b"photo",
            document_owner=b"owner",
            ocr_data=OcrData(
                given_name="Łukasz",
                surname_1="Gómez",
                surname_2="Ñandú",
                serial_number="0000000T",
                id_document_type="PAS",
                id_document_country="ES",
                mobile_phone_number="+34600000000",
                email="a@b.es",
                custom={"mrz": "P<"},
            ),
            security_checks=SecurityChecks(
                otp_validation=True, liveliness=False, custom={"uv": True}
            ),
            similarity_level="high",
            custom={"vendor": "x"},
        ),
    )

    assert listener.json == {
        "acceptance": {
            "description": "yes",
            "ip": "192.0.2.1",
            "date": 1622823879708,
            "user-agent": "a browser",
            "url-web-videoid": "https://example.com/v",
            "url-doc-privacypolicy": "https://example.com/p",
            "url-doc-termsconditions": "https://example.com/t",
            "campaign": 1,
        },
        "videoid_data": {
            "images": {
                "document_front": "ZnJvbnQ=",
                "document_rear": "cmVhcg==",
                "document_photo": "cGhvdG8=",
                "document_owner": "b3duZXI=",
            },
            "ocr_data": {
                "given_name": "Łukasz",
                "surname_1": "Gómez",
                "surname_2": "Ñandú",
                "serial_number": "0000000T",
                "id_document_type": "PAS",
                "id_document_country": "ES",
                "mobile_phone_number": "+34600000000",
                "email": "a@b.es",
                "mrz": "P<",
            },
            "security_checks": {
                "otp_validation": True,
                "liveliness": False,
                "uv": True,
            },
            "similarity_level": "high",
            "vendor": "x",
        },
    }


async def test_video_is_the_only_part(listener, listening, tmp_path):
    """A video is a file of its form, called what it is called here."""
    path = tmp_path / "person.mp4"
    path.write_bytes(b"ftyp")

    await listening.videoid.upload_video(8, path)

    assert listener.parts == {"video": ("person.mp4", "video/mp4", b"ftyp")}


@pytest.mark.parametrize(
    ("rao", "credentials"),
    [
        (None, {"token": "a-token", "pin": "4321"}),
        (LOGIN, {"username": "officer", "password": "word", "pin": "1234"}),
    ],
)
async def test_officer_decides_on_a_videoid(listener, listening, rao, credentials):
    """An approval and a refusal carry who decides, and a refusal why."""
    await listening.videoid.approve(8, rao_id="1182", rao=rao)
    approval = listener.json
    await listening.videoid.refuse(8, rao_id="1182", reason="blurred", rao=rao)

    assert approval == {**credentials, "rao": "1182"}
    assert listener.json == {**credentials, "rao": "1182", "reason": "blurred"}
