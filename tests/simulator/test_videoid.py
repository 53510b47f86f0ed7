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
def opened(api):
    """A function that creates a Video ID and returns what is answered about it."""

    async def create(**changes):
        body = {name: api.form()[name] for name in REQUIRED} | changes
        return await api.call("POST", "/videoid", json=body)

    return create


@pytest.fixture
def officer(api):
    return {"token": api.simulator.token, "rao": 1182}


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
    for _ in range(2):
        await api.call("POST", path, json=officer)

    assert told == ["REQUEST_CREATED", "VIDEOID_UPDATED", "VIDEOID_UPDATED"]
    assert await target.events(2) == ["VIDEOID_VALIDATED", "REQUEST_APPROVED"]


async def test_a_refusal_is_told(api, opened, target, officer):
    """A refused person's request is told as refused, not as cancelled."""
    api.simulator.videoid.callback = target.url
    detail = (await opened()).body["detail"]
    api.simulator.force(detail["request_pk"], "VIDEOREVIEW")
    body = officer | {"reason": "blurred"}
    await api.call("POST", f"/videoid/{detail['videoid_pk']}/refuse", json=body)

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


async def test_a_cancelled_request_is_not_reviewed(api, opened, settle):
    """What is cancelled between the evidence and the review stays cancelled."""
    detail = (await opened()).body["detail"]
    async with api.http.post(detail["videoid_link"], data={"outcome": "finish"}):
        await settle()
    await api.call("DELETE", f"/request/{detail['request_pk']}")
    api.simulator.clock.advance(api.simulator.timings.review)
    await settle()

    assert api.simulator.requests[detail["request_pk"]].status == "CANCELLED"


async def test_each_link_opens_its_own_page(api, opened):
    """Who finishes by one link leaves the others as they are."""
    details = [(await opened()).body["detail"] for _ in range(3)]
    async with api.http.post(details[1]["videoid_link"], data={"outcome": "fail"}):
        pass

    statuses = [api.simulator.requests[each["request_pk"]].status for each in details]
    assert statuses == ["VIDEOPENDING", "VIDEOERROR", "VIDEOPENDING"]


async def test_there_is_no_page_without_a_link(api, opened):
    """A Video ID whose evidence is uploaded has none, nor has an unknown key."""
    detail = (await opened()).body["detail"]
    page, _, key = detail["videoid_link"].rpartition("/")
    record = api.simulator.videoids[detail["videoid_pk"]]
    statuses = []
    for external, tried in ((False, key), (False, "unknown"), (True, key)):
        record.external = external
        async with api.http.get(f"{page}/{tried}") as answer:
            statuses.append(answer.status)

    assert statuses == [200, 404, 404]


async def test_a_page_serves_once(api, opened):
    """Who has failed cannot finish afterwards."""
    link = (await opened()).body["detail"]["videoid_link"]
    statuses = []
    for outcome in ("fail", "finish"):
        async with api.http.post(link, data={"outcome": outcome}) as answer:
            statuses.append(answer.status)

    assert statuses == [200, 410]


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


async def test_an_unknown_videoid_is_not_found(api, officer):
    """The number of no Video ID is refused."""
    reply = await api.call("POST", "/videoid/1/approve", json=officer)

    assert reply.refusal == (404, "Request not found")


async def test_first_evidence_makes_it_incomplete(api, opened, upload_form):
    """A video alone waits for the rest of the evidence."""
    detail = (await opened()).body["detail"]
    form = upload_form(video=b"video")

    await api.call("POST", f"/videoid/{detail['videoid_pk']}/video", form=form)

    assert api.simulator.requests[detail["request_pk"]].status == "VIDEOINCOMPLETE"
