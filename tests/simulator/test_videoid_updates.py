"""Changes to the request of a Video ID, and what is answered to them."""

import pytest

DOCUMENTED = """
    administrative_unit approving_rao approving_user birth_canton birth_city
    birth_country birth_date birth_district birth_province birth_state certificate_set
    circumstances citizen_tax_number citizenship communication_language
    complement_number configuration_data country_name description email empowerment
    enrollment_success_url entity_owner entity_owner_serial_number ext_recognition_data
    external_profile fix_phone_number given_name id_document_country
    id_document_description id_document_expiry id_document_issuer id_document_number
    id_document_release id_document_type id_responsible_document_country
    id_responsible_document_issuer id_responsible_document_number
    id_responsible_document_type identification_rao limit mobile_phone_number
    organization_address organization_city organization_country organization_email
    organization_identifier organization_name organization_postal_code
    organization_province organization_rol organization_state organization_tax_number
    organization_url organizational_unit_1 organizational_unit_2 organizational_unit_3
    paperless_mode pk process_application producing_rao producing_user
    professional_id_number profile provider_registration_number registering_user
    registration registration_authority representation residence residence_address
    residence_canton residence_city residence_district residence_postal_code
    residence_province residence_state responsible_citizenship responsible_city
    responsible_email responsible_first_surname responsible_legal_documents
    responsible_legal_level responsible_name responsible_position
    responsible_registry_data responsible_second_name responsible_second_surname
    responsible_serial scratchcard second_name secure_element serial_number sex
    smartcard_sn special_conditions status subscriber subscriber_responsible_serial
    surname_1 surname_2 title validity_time videoid_data videoid_mode
"""
# What the page gives, and a change of each; the rest is not asked for there.
FOUND = {
    "given_name": "Simulated",
    "surname_1": "Person",
    "serial_number": "0000000T",
    "country_name": "ES",
}
NOT_FOUND = {
    "surname_2": "Second",
    "email": "other@example.com",
    "mobile_phone_number": "+34600000001",
    "birth_date": "1990-01-31",
    "profile": "PFnubeNC",
    "registration_authority": "7",
}
CHANGES = dict.fromkeys(FOUND, "PT")


@pytest.fixture
async def detail(opened):
    """What is answered to a new Video ID."""
    return (await opened()).body["detail"]


@pytest.fixture
def update(api, detail):
    """A function that changes the request of a Video ID."""
    pk = detail["request_pk"]
    scratchcard = api.simulator.requests[pk].scratchcard
    required = ("email", "registration_authority", "profile", "country_name")

    async def change(**fields):
        applicant = api.simulator.requests[pk].applicant
        body = {name: getattr(applicant, name) for name in required}
        body |= {"scratchcard": scratchcard} | fields
        return await api.call("PUT", f"/request/{pk}", json=body)

    return change


@pytest.fixture
def identify(api, detail):
    """A function that finishes the identification on its page."""

    async def finish(**person):
        form = {"outcome": "finish"} | person
        async with api.http.post(detail["videoid_link"], data=form) as answer:
            assert answer.status == 200

    return finish


@pytest.fixture
def approve(api, detail, officer):
    """A function that has the officer approve."""

    async def review():
        api.simulator.force(detail["request_pk"], "VIDEOREVIEW")
        path = f"/videoid/{detail['videoid_pk']}/approve"
        return await api.call("POST", path, json=officer)

    return review


def applicant_of(api, detail):
    return api.simulator.requests[detail["request_pk"]].applicant


async def test_everything_may_change_before_the_evidence(api, detail, update):
    """Nobody has found out anything yet, so that nothing is fixed."""
    reply = await update(**CHANGES, **NOT_FOUND)

    assert reply.status == 200
    applicant = applicant_of(api, detail)
    for name, value in (CHANGES | NOT_FOUND).items():
        assert getattr(applicant, name) == value


@pytest.mark.parametrize("name", CHANGES)
async def test_what_was_found_does_not_change(api, detail, update, identify, name):
    """A field that the identification has filled is refused by its name."""
    await identify()
    before = applicant_of(api, detail)
    reply = await update(**{name: CHANGES[name]}, birth_date="1990-01-31")

    pk = detail["request_pk"]
    said = f"Cannot update the Request {pk}: Invalid request fields: {name}"
    assert reply.refusal == (412, said)
    assert applicant_of(api, detail) == before


async def test_all_that_was_found_is_named(detail, update, identify):
    """Several such fields are listed together."""
    await identify()

    reply = await update(**CHANGES)

    listed = "given_name; surname_1; serial_number; country_name"
    assert reply.refusal[1].endswith(f"Invalid request fields: {listed}")


async def test_what_was_found_may_be_repeated(update, identify):
    """The value that a field has already is no change of it."""
    await identify()

    assert (await update(**FOUND)).status == 200


@pytest.mark.parametrize("name", NOT_FOUND)
async def test_what_was_not_found_may_change(api, detail, update, identify, name):
    """The identification fixes no more than it has found."""
    await identify()
    reply = await update(**{name: NOT_FOUND[name]})

    assert reply.status == 200
    assert getattr(applicant_of(api, detail), name) == NOT_FOUND[name]


async def test_uploaded_evidence_is_fixed_without_its_video(api, detail, update):
    """The data are found out as soon as they are there, the telephone among them."""
    found = {"given_name": "A", "surname_1": "B", "serial_number": "1"}
    found |= {"mobile_phone_number": "+34600000000", "email": "someone@example.com"}
    images = ("document_front", "document_rear", "document_photo", "document_owner")
    data = {"images": dict.fromkeys(images, "aQ=="), "ocr_data": found}
    path = f"/videoid/{detail['videoid_pk']}/evidences"
    body = {"acceptance": {}, "videoid_data": data}
    assert (await api.call("POST", path, json=body)).status == 200

    reply = await update(email="x@y.es", mobile_phone_number="+34600000001")

    assert reply.refusal[1].endswith("fields: email; mobile_phone_number")
    assert (await update(country_name="PT")).status == 200


async def test_blanks_that_were_found_can_be_filled(update, identify, approve):
    """What cannot be approved for a blank can be put right and approved."""
    await identify(given_name=" ")
    refused = await approve()

    assert refused.status == 500
    assert refused.refusal[1].endswith("Invalid request fields: given_name")
    assert (await update(given_name="Ana")).status == 200
    assert (await approve()).status == 200


@pytest.mark.parametrize(
    "name", ["serial_number", "surname_1", "mobile_phone_number", "given_name"]
)
async def test_approval_needs_what_names_and_reaches_the_person(update, approve, name):
    """Each of four fields is missed if it is blank."""
    known = {"given_name": "A", "surname_1": "B", "serial_number": "1"}
    await update(**known | {name: " "})

    assert (await approve()).refusal[1].endswith(f"Invalid request fields: {name}")


async def test_update_ignores_what_is_null_or_not_documented(api, detail, update):
    """Null is no new value, and the kind of identity document cannot be changed."""
    before = applicant_of(api, detail)

    reply = await update(surname_2=None, id_document_type="PAS", residence="there")

    assert reply.status == 200
    assert applicant_of(api, detail) == before


async def test_answer_has_every_documented_key(update):
    """An update's answer has the keys of the documentation and no others."""
    body = (await update()).body

    assert set(body) == set(DOCUMENTED.split())
    assert body["paperless_mode"] is False
    assert body["videoid_mode"] is True
    assert body["communication_language"] == ""
    assert body["configuration_data"] == {}


async def test_answer_tells_of_the_videoid(api, detail, update):
    """Its numbers, its link and its status stand there as documented."""
    data = (await update()).body["videoid_data"]
    record = api.simulator.videoids[detail["videoid_pk"]]

    assert data == {
        "pk": detail["videoid_pk"],
        "status": "PENDING",
        "provider": 1,
        "videoid_link": detail["videoid_link"],
        "requests": detail["request_pk"],
        "refusal_reason": "",
        "refusal_details": None,
        "data": {},
        "video_identifier": record.video_identifier,
        "validation_services": {},
        "acceptance": {},
        "validation_operator": None,
        "operation_urls": {},
        "esaw_requests_involved": False,
        "external_onboarding_link": None,
        "manual_external_validation": False,
    }
    assert len(bytes.fromhex(record.video_identifier)) == 16


async def test_status_of_the_videoid_goes_on(update, identify, approve):
    """It is complete with the evidence and validated with the approval."""
    statuses = []
    for step in (identify, approve):
        await step()
        statuses.append((await update()).body["videoid_data"]["status"])

    assert statuses == ["COMPLETE", "VALIDATED"]


async def test_other_requests_have_no_videoid(api):
    """The request of a person who was not filmed says so."""
    pk = await api.create()
    body = api.form(country_name="ES")
    body["scratchcard"] = api.simulator.requests[pk].scratchcard

    answer = (await api.call("PUT", f"/request/{pk}", json=body)).body

    assert (answer["videoid_mode"], answer["videoid_data"]) == (False, None)
    assert set(answer) == set(DOCUMENTED.split())
