"""The request object as `GET /request/{pk}` and `PUT /request/{pk}` answer it."""

from typing import Any

import attrs

from .records import RequestRecord

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


def updated_payload(record: RequestRecord) -> dict[str, Any]:
    """Describe a request in the slightly other spelling of an update's answer."""
    payload = request_payload(record)
    payload["title"] = payload.pop("titile")
    payload["mobile_phone_number"] = record.applicant.mobile_phone_number
    return payload


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
