"""The request object as `GET /request/{pk}` and `PUT /request/{pk}` answer it."""

from typing import Any

import attrs

from .records import RequestRecord, VideoIdRecord

# The misspelt `titile` is what the service documents for GET.
_UNUSED = [
    "second_name",
    "sex",
    "citizenship",
    "organization_email",
    "titile",
    "organization_name",
    "organizational_unit_1",
    "organizational_unit_2",
    "organization_identifier",
    "responsible_name",
    "responsible_second_name",
    "responsible_first_surname",
    "responsible_second_surname",
    "responsible_email",
    "responsible_serial",
    "responsible_position",
    "subscriber_responsible_serial",
    "administrative_unit",
    "empowerment",
    "representation",
    "circumstances",
    "limit",
    "registration",
    "process_application",
    "entity_owner",
    "entity_owner_serial_number",
    "description",
    "producing_user",
    "smartcard_sn",
    "citizen_tax_number",
]

_UNUSED_IN_UPDATES = [
    "birth_country",
    "birth_city",
    "birth_province",
    "birth_state",
    "birth_district",
    "birth_canton",
    "id_document_description",
    "id_document_issuer",
    "id_document_release",
    "id_document_expiry",
    "organization_rol",
    "professional_id_number",
    "fix_phone_number",
    "residence_address",
    "residence_city",
    "residence_province",
    "residence_postal_code",
    "residence_state",
    "residence_district",
    "residence_canton",
    "organization_tax_number",
    "organization_address",
    "organization_city",
    "organization_province",
    "organization_country",
    "organization_postal_code",
    "organization_state",
    "organization_url",
    "responsible_legal_level",
    "subscriber",
    "responsible_legal_documents",
    "special_conditions",
    "responsible_registry_data",
    "approving_rao",
    "producing_rao",
    "id_document_number",
    "id_responsible_document_type",
    "id_responsible_document_country",
    "id_responsible_document_number",
    "organizational_unit_3",
    "ext_recognition_data",
    "complement_number",
    "id_responsible_document_issuer",
    "provider_registration_number",
    "identification_rao",
    "enrollment_success_url",
    "external_profile",
    "responsible_citizenship",
    "responsible_city",
]


def request_payload(record: RequestRecord) -> dict[str, Any]:
    """Describe a request."""
    return {
        "pk": record.pk,
        **_applicant_payload(record),
        **dict.fromkeys(_UNUSED),
        "certificate_set": [],
        "scratchcard": record.scratchcard,
        "status": record.status,
        "registering_user": {},
        "approving_user": {},
        "secure_element": 2,
        "validity_time": "24h",
    }


def updated_payload(
    record: RequestRecord, videoid: VideoIdRecord | None, link: str
) -> dict[str, Any]:
    """Describe a request as an update's answer does: with more, and spelt otherwise.

    Args:
        record: The request.
        videoid: The identification that it is for.
        link: Where the person identifies.
    """
    payload = request_payload(record)
    payload["title"] = payload.pop("titile")
    return {
        **payload,
        **dict.fromkeys(_UNUSED_IN_UPDATES),
        "mobile_phone_number": record.applicant.mobile_phone_number,
        "paperless_mode": False,
        "videoid_mode": videoid is not None,
        "communication_language": "",
        "videoid_data": None if videoid is None else _videoid_payload(videoid, link),
        "configuration_data": {},
    }


def _videoid_payload(videoid: VideoIdRecord, link: str) -> dict[str, Any]:
    return {
        "pk": videoid.pk,
        "status": videoid.status,
        "provider": 1,
        "videoid_link": link,
        "requests": videoid.request.pk,
        "refusal_reason": videoid.refusal_reason,
        "refusal_details": None,
        "data": {},
        "video_identifier": videoid.video_identifier,
        "validation_services": {},
        "acceptance": {},
        "validation_operator": None,
        "operation_urls": {},
        "esaw_requests_involved": False,
        "external_onboarding_link": None,
        "manual_external_validation": False,
    }


def secrets_payload(record: RequestRecord) -> dict[str, str]:
    """Return the secrets of a request's scratchcard."""
    return attrs.asdict(record.secrets)


def number_or_text(text: str) -> int | str:
    """Return a registration authority as answers and callbacks spell it."""
    try:
        return int(text) if text.isdecimal() else text
    except ValueError:  # more digits than Python turns into a number
        return text


def _applicant_payload(record: RequestRecord) -> dict[str, Any]:
    payload = attrs.asdict(record.applicant)
    del payload["mobile_phone_number"]
    authority = number_or_text(record.applicant.registration_authority)
    return {**payload, "registration_authority": authority}
