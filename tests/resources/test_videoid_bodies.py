"""What the calls of the Video ID tag send, to a server that only listens."""

import base64

import attrs
import pytest

from oneshot_async import (
    Billing,
    Evidences,
    RaoLogin,
    RaoToken,
    RequestStatus,
    SimilarityLevel,
)
from oneshot_async.errors import AmbiguousOutcomeError, InvalidInputError
from oneshot_async.models.identification_state import IdentificationState

WHO = {"mobile_phone_number": "+34600000000", "email": "someone@example.com"}
CREATED = {"detail": {"videoid_pk": 5, "request_pk": 6}}
OFFICER = RaoLogin(username="name", password="word", pin="1")


@pytest.fixture
async def videoid(open_client):
    """The calls of a client with a default for everything."""
    billing = Billing(username="payer", password="secret")
    client = await open_client(
        rao=RaoToken("token"),
        billing=billing,
        env="sandbox",
        profile="profile",
        registration_authority="3",
    )
    return client.videoid


@pytest.fixture
async def bare(open_client):
    """The calls of a client without any default."""
    return (await open_client()).videoid


async def test_creation_sends_the_clients_defaults(listener, videoid):
    """What the call does not say is the client's."""
    listener.answer = CREATED

    await videoid.create(**WHO)

    assert listener.calls == ["POST /videoid"]
    assert listener.json == WHO | {
        "profile": "profile",
        "registration_authority": "3",
        "billing_username": "payer",
        "billing_password": base64.b64encode(b"secret").decode(),
        "env": "sandbox",
    }


async def test_creation_sends_what_the_call_says(listener, videoid):
    """What the call says goes before the client's defaults."""
    listener.answer = CREATED

    await videoid.create(
        **WHO,
        profile="other",
        registration_authority="7",
        billing=Billing(username="x", password="y"),
        env="prod",
    )

    assert listener.json == WHO | {
        "profile": "other",
        "registration_authority": "7",
        "billing_username": "x",
        "billing_password": base64.b64encode(b"y").decode(),
        "env": "prod",
    }


async def test_creation_leaves_out_what_the_optimizer_may_know(listener, bare):
    """Billing and environment may stand in the Optimizer's own settings."""
    listener.answer = CREATED

    await bare.create(**WHO, profile="other", registration_authority="7")

    assert set(listener.json) == {*WHO, "profile", "registration_authority"}


@pytest.mark.parametrize("name", ["profile", "registration_authority"])
async def test_creation_needs_them_from_somewhere(listener, bare, name):
    """Without a profile or an authority nothing is sent."""
    known = {"profile": "other", "registration_authority": "7"} | {name: None}

    with pytest.raises(InvalidInputError, match=f"{name} is missing"):
        await bare.create(**WHO, **known)

    assert listener.calls == []


@pytest.mark.parametrize(
    ("detail", "numbers"),
    [
        ({"videoid_pk": 5, "request_pk": 6}, (5, 6)),
        ({"pk": 5, "requests": 6}, (5, 6)),
        ({"pk": 7, "requests": 8, "videoid_pk": 5, "request_pk": 6}, (5, 6)),
        ({"pk": None, "videoid_pk": "5", "request_pk": "6"}, (5, 6)),
    ],
)
async def test_both_spellings_of_the_numbers_are_read(
    listener, videoid, detail, numbers
):
    """The documented names count, and those of the same object elsewhere do too."""
    listener.answer = {"status": "success", "messsage": "made", "detail": detail}

    created = await videoid.create(**WHO)

    assert (created.videoid_pk, created.request_pk) == numbers


async def test_what_else_is_answered_is_kept_and_not_shown(listener, videoid):
    """Unknown fields and statuses are there for who wants them."""
    other = {"status": "NEW", "videoid_link": "https://example.com/k", "more": "told"}
    listener.answer = {"detail": CREATED["detail"] | other}

    created = await videoid.create(**WHO)

    assert created.status == "NEW"
    assert created.videoid_link == "https://example.com/k"
    assert created.extra == {"more": "told"}
    assert "told" not in repr(created)
    assert "example.com" not in f"{created!r}{IdentificationState.of(created)!r}"


async def test_a_known_status_is_one(listener, videoid):
    """A status that is documented compares as such."""
    listener.answer = {"detail": CREATED["detail"] | {"status": "VIDEOPENDING"}}

    assert (await videoid.create(**WHO)).status is RequestStatus.VIDEOPENDING


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("5", "POST /videoid: "),
        ({"videoid_pk": 5}, "required field missing .*request_pk"),
        ({"videoid_pk": 5, "requests": None}, "required field missing .*request_pk"),
    ],
)
async def test_an_answer_without_both_numbers_is_not_understood(
    listener, videoid, detail, words
):
    """Without its numbers a Video ID cannot be gone on with; it may exist."""
    listener.answer = {"status": "success", "detail": detail}

    with pytest.raises(AmbiguousOutcomeError, match=words):
        await videoid.create(**WHO)


async def test_evidences_are_sent_as_documented(listener, videoid, evidences):
    """Names with hyphens, images in base64, own fields beside the documented ones."""
    found = attrs.evolve(
        evidences(surname_2="Ñandú", custom={"age": 30}),
        similarity_level=SimilarityLevel.MEDIUM,
        document_rear=b"rear",
        custom={"attempts": 2},
    )
    await videoid.upload_evidences(5, found)

    image = base64.b64encode(b"image").decode()
    assert listener.calls == ["POST /videoid/5/evidences"]
    assert listener.json == {
        "acceptance": {
            "description": "yes",
            "ip": "192.0.2.1",
            "date": 1622823879708,
            "user-agent": "x",
            "url-web-videoid": "https://example.com/v",
            "url-doc-privacypolicy": "https://example.com/p",
            "url-doc-termsconditions": "https://example.com/t",
        },
        "videoid_data": {
            "images": {
                "document_front": image,
                "document_rear": base64.b64encode(b"rear").decode(),
                "document_photo": image,
                "document_owner": image,
            },
            "ocr_data": {
                "given_name": "Łukasz",
                "surname_1": "Gómez",
                "surname_2": "Ñandú",
                "serial_number": "0000000T",
                "id_document_type": "IDC",
                "age": 30,
            },
            "security_checks": {"otp_validation": True},
            "similarity_level": "medium",
            "attempts": 2,
        },
    }


@pytest.mark.parametrize("level", [0, 100])
def test_similarity_may_be_a_number(evidences, level):
    """A number from 0 to 100, both included, says how much they resemble."""
    assert attrs.evolve(evidences(), similarity_level=level).similarity_level == level


@pytest.mark.parametrize("level", [-1, 101])
def test_similarity_has_bounds(evidences, level):
    """Any other number is refused at once."""
    with pytest.raises(InvalidInputError, match="from 0 to 100"):
        attrs.evolve(evidences(), similarity_level=level)


def test_evidences_do_not_show_the_person(evidences):
    """Neither name nor number, image nor address is in a repr."""
    found: Evidences = evidences(
        email="planted@example.com", mobile_phone_number="+34600000000"
    )
    shown = f"{found!r}{found.ocr_data!r}{found.acceptance!r}"
    told = ("Łukasz", "Gómez", "0000000T", "planted", "+346", "192.0.2.1", "b'image")

    assert [each for each in told if each in shown] == []


async def test_a_video_is_sent_as_a_file(listener, videoid):
    """Bytes without a name are a video by the usual one."""
    await videoid.upload_video(5, b"video")

    assert listener.calls == ["POST /videoid/5/video"]
    assert listener.form == {"video": b"video"}
    assert listener.parts["video"][:2] == ("video.mp4", "video/mp4")


@pytest.mark.parametrize(
    ("rao", "sent"),
    [
        (None, {"token": "token"}),
        (OFFICER, {"username": "name", "password": "word", "pin": "1"}),
        (RaoToken("other", pin="2"), {"token": "other", "pin": "2"}),
    ],
)
async def test_an_officer_is_the_calls_or_the_clients(listener, videoid, rao, sent):
    """Approval and refusal carry the officer, and the number that goes with it."""
    await videoid.approve(5, rao_id="1182", rao=rao)
    approved = listener.json
    await videoid.refuse(5, reason="blurred", rao_id="1182", rao=rao)

    assert listener.calls == ["POST /videoid/5/approve", "POST /videoid/5/refuse"]
    assert approved == sent | {"rao": "1182"}
    assert listener.json == sent | {"rao": "1182", "reason": "blurred"}


async def test_an_officer_is_needed(listener, bare):
    """Without one nothing is sent."""
    for call in (bare.approve(5, rao_id="1"), bare.refuse(5, rao_id="1", reason="x")):
        with pytest.raises(InvalidInputError, match="rao is missing"):
            await call

    assert listener.calls == []
