"""Video ID as any HTTP client meets it."""

import json

import pytest

REQUIRED = [
    "mobile_phone_number",
    "email",
    "registration_authority",
    "profile",
    "billing_username",
    "billing_password",
    "env",
]
IMAGES = ["document_front", "document_rear", "document_photo", "document_owner"]
PERSON = {
    "given_name": "Ana",
    "surname_1": "Gómez",
    "surname_2": "Ñandú",
    "serial_number": "AB-1",
    "id_document_type": "PAS",
    "id_document_country": "PT",
    "mobile_phone_number": "+351600000000",
    "email": "ana@example.com",
}
EVIDENCES = {
    "acceptance": {},
    "videoid_data": {"images": dict.fromkeys(IMAGES, "aQ=="), "ocr_data": PERSON},
}


@pytest.fixture
async def pk(api, opened):
    """The pk of a Video ID that is to be reviewed."""
    detail = (await opened()).body["detail"]
    api.simulator.force(detail["request_pk"], "VIDEOREVIEW")
    return detail["videoid_pk"]


async def test_create_answers_as_documented(opened):
    """The odd spelling of the message is kept, and the detail has both numbers."""
    body = (await opened()).body

    pk = body["detail"]["videoid_pk"]
    assert body["messsage"] == f"VideoID created with pk {pk}"
    assert set(body["detail"]) == {"videoid_pk", "request_pk", "videoid_link"}


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"email": ""}, 400, "Missing required parameters"),
        ({"email": "x"}, 400, "Enter a valid email address"),
        ({"env": "moon"}, 400, "Environment moon does not exist"),
    ],
)
async def test_what_create_lacks_is_refused(opened, changes, status, text):
    """A body that cannot be used is refused in the documented words."""
    assert (await opened(**changes)).refusal == (status, text)


@pytest.mark.parametrize("name", REQUIRED)
async def test_create_needs_every_field(opened, name):
    """A body without one of the seven fields is refused in the same words."""
    refusal = (await opened(**{name: None})).refusal

    assert refusal == (400, "Missing required parameters")


async def test_nobody_is_known_at_first(api, opened):
    """The request of a new Video ID has blanks for a name, and a country."""
    pk = (await opened()).body["detail"]["request_pk"]
    request = (await api.call("GET", f"/request/{pk}")).body["request"]
    names = ("given_name", "surname_1", "serial_number")

    assert [request[name] for name in names] == ["", "", ""]
    assert (request["id_document_country"], request["country_name"]) == ("ES", "ES")
    assert request["status"] == "VIDEOPENDING"


async def test_not_every_authority_identifies_by_video(opened, api):
    """Where Video ID is not enabled, none is created."""
    api.simulator.videoid.enabled = False

    refusal = (await opened()).refusal

    assert refusal == (400, "Videoid not enabled for Registration Authority 3")


async def test_statuses_are_told_to_the_fixed_url(api, opened, target, settle, officer):
    """Each step from the creation to the validation has its event."""
    rules, http = api.simulator.videoid, api.http
    rules.callback, rules.two_steps = target.url, True
    detail = (await opened()).body["detail"]
    async with http.post(detail["videoid_link"], data={"outcome": "finish"}):
        await settle()
    api.simulator.clock.advance(api.simulator.timings.review)
    told = await target.events(3)
    path = f"/videoid/{detail['videoid_pk']}/approve"
    replies = [await api.call("POST", path, json=officer) for _ in range(2)]

    words = [reply.body["message"] for reply in replies]
    assert words == ["Videoid validated", "Request approved successfully"]
    assert told == ["REQUEST_CREATED", "VIDEOID_UPDATED", "VIDEOID_UPDATED"]
    assert await target.events(2) == ["VIDEOID_VALIDATED", "REQUEST_APPROVED"]


async def test_a_refusal_is_told(api, opened, target, officer):
    """A refused person's request is told as refused, not as cancelled."""
    api.simulator.videoid.callback = target.url
    detail = (await opened()).body["detail"]
    api.simulator.force(detail["request_pk"], "VIDEOREVIEW")
    body = officer | {"reason": "blurred"}
    reply = await api.call("POST", f"/videoid/{detail['videoid_pk']}/refuse", json=body)

    assert reply.body == {"status": "success", "message": "Videoid refuse completed"}
    assert (await target.events(3))[-1] == "VIDEOID_REFUSED"


async def test_uploads_are_told_once(api, opened, target, upload_form, settle):
    """The first evidence is told, whichever it is, and then what an officer may see."""
    api.simulator.videoid.callback = target.url
    pk = (await opened()).body["detail"]["videoid_pk"]
    form = upload_form(video=b"video")
    await api.call("POST", f"/videoid/{pk}/video", form=form)
    await api.call("POST", f"/videoid/{pk}/evidences", json=EVIDENCES)
    await settle()
    api.simulator.clock.advance(api.simulator.timings.review)
    told = [body["request"]["status"] for body in await target.take(3)]

    assert told == ["VIDEOPENDING", "VIDEOINCOMPLETE", "VIDEOREVIEW"]


async def test_evidence_names_the_person(api, opened):
    """All that was read from the identity document is the applicant's from then on."""
    detail = (await opened()).body["detail"]
    path = f"/videoid/{detail['videoid_pk']}/evidences"
    reply = await api.call("POST", path, json=EVIDENCES)
    applicant = api.simulator.requests[detail["request_pk"]].applicant

    assert reply.body == {"status": "success", "message": "Videoid evidences uploaded"}
    assert {name: getattr(applicant, name) for name in PERSON} == PERSON
    assert applicant.country_name == "PT"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"acceptance": None}, 400, "Missing required parameters"),
        ({"videoid_data": []}, 400, "Missing required parameters"),
        (
            {"id_document_country": "PRT"},
            500,
            {"id_document_country":
             ["'PRT' is not a valid ISO 3166-1 alpha-2 country code"]},
        ),
    ],
)  # fmt: skip
async def test_unusable_evidence_is_refused(api, opened, changes, status, said):
    """Evidence without the consent, the data or a real country is not taken."""
    detail = (await opened()).body["detail"]
    person = PERSON | {k: v for k, v in changes.items() if k in PERSON}
    data = EVIDENCES["videoid_data"] | {"ocr_data": person}
    body = EVIDENCES | {"videoid_data": data} | changes
    path = f"/videoid/{detail['videoid_pk']}/evidences"

    assert (await api.call("POST", path, json=body)).refusal == (status, said)
    assert api.simulator.videoids[detail["videoid_pk"]].evidences is None


async def test_fields_of_the_customers_own_are_kept(api, opened):
    """What the customer adds to the data changes nothing about the person."""
    detail = (await opened()).body["detail"]
    data = EVIDENCES["videoid_data"] | {"ocr_data": PERSON | {"profile": "mine"}}
    path = f"/videoid/{detail['videoid_pk']}/evidences"
    await api.call("POST", path, json=EVIDENCES | {"videoid_data": data})
    record = api.simulator.videoids[detail["videoid_pk"]]

    assert record.evidences["videoid_data"] == data
    assert record.request.applicant.profile == "PFnubeQAFCiudadano"


async def test_a_cancelled_request_is_not_reviewed(api, opened, settle):
    """What is cancelled between the evidence and the review stays cancelled."""
    detail = (await opened()).body["detail"]
    async with api.http.post(detail["videoid_link"], data={"outcome": "finish"}):
        await settle()
    await api.call("DELETE", f"/request/{detail['request_pk']}")
    api.simulator.clock.advance(api.simulator.timings.review)
    await settle()

    assert api.simulator.requests[detail["request_pk"]].status == "CANCELLED"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"rao": ""}, 400, "Missing required parameters: incomplete RAO's credentials"),
        ({"reason": ""}, 400, "No reason specified"),
    ],
)
async def test_refusing_needs_an_officer_and_a_reason(
    api, pk, officer, body, status, text
):
    """A refusal without one of both is refused."""
    whole = officer | {"reason": "blurred"} | body

    reply = await api.call("POST", f"/videoid/{pk}/refuse", json=whole)

    assert reply.refusal == (status, text)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("COMPLETE", "Invalid VideoId status 'COMPLETE'"),
        ("VALIDATED", "Invalid VideoId status 'VALIDATED'"),
        ("REFUSED", "Invalid VideoId status 'REFUSED'"),
        ("PENDING", "Invalid request status"),
    ],
)
async def test_no_evidence_is_taken_when_it_is_over(
    api, opened, officer, upload_form, status, error
):
    """What is complete, judged or failed takes no more video."""
    detail = (await opened()).body["detail"]
    pk, record = detail["videoid_pk"], api.simulator.videoids[detail["videoid_pk"]]
    outcome = "fail" if status == "PENDING" else "finish"
    async with api.http.post(detail["videoid_link"], data={"outcome": outcome}):
        pass
    if status in {"VALIDATED", "REFUSED"}:
        api.simulator.force(detail["request_pk"], "VIDEOREVIEW")
        call = "approve" if status == "VALIDATED" else "refuse"
        body = officer | {"reason": "blurred"}
        await api.call("POST", f"/videoid/{pk}/{call}", json=body)

    form = upload_form(video=b"video")
    reply = await api.call("POST", f"/videoid/{pk}/video", form=form)

    said = f"Cannot upload video for Request {detail['request_pk']}: "
    assert record.status == status
    assert reply.status == 500
    assert json.loads(reply.refusal[1].removeprefix(said))["error"] == error


async def test_a_form_without_a_video_is_refused(api, opened, upload_form):
    """A file by another name is no video."""
    pk = (await opened()).body["detail"]["videoid_pk"]
    form = upload_form(film=b"video")

    reply = await api.call("POST", f"/videoid/{pk}/video", form=form)

    assert reply.refusal == (400, "Missing required parameters")


async def test_a_video_is_answered_as_one(api, opened, upload_form):
    """It comes back as mp4, and the words to its upload are those documented."""
    pk = (await opened()).body["detail"]["videoid_pk"]
    form = upload_form(video=b"video")
    uploaded = await api.call("POST", f"/videoid/{pk}/video", form=form)
    url = f"{api.simulator.url}/videoid/{pk}/download/video"
    async with api.http.get(url) as answer:
        content = await answer.read()

    message = "Videoid video upload completed"
    assert uploaded.body == {"status": "success", "message": message}
    assert (content, answer.content_type) == (b"video", "video/mp4")


async def test_an_unknown_videoid_is_not_found(api, officer):
    """The number of no Video ID is refused."""
    reply = await api.call("POST", "/videoid/1/approve", json=officer)

    assert reply.refusal == (404, "Request not found")


@pytest.mark.parametrize("part", ["video", "evidences"])
async def test_first_evidence_makes_it_incomplete(api, opened, upload_form, part):
    """A part alone waits for the rest of the evidence."""
    detail = (await opened()).body["detail"]
    form = upload_form(video=b"video")
    content = {"video": {"form": form}, "evidences": {"json": EVIDENCES}}[part]

    await api.call("POST", f"/videoid/{detail['videoid_pk']}/{part}", **content)

    assert api.simulator.requests[detail["request_pk"]].status == "VIDEOINCOMPLETE"
