"""The schemas to which several descriptions refer, by their names."""

from oneshot_async.models.requests import IdDocumentType, RequestStatus

from .schemas import (
    answered,
    choice,
    either,
    flag,
    listed,
    named,
    nullable,
    text,
    whole,
    word,
)
from .signing import APPEARANCE

_REQUEST = {
    "pk": whole(),
    "given_name": text(),
    "surname_1": text(),
    "surname_2": nullable(text()),
    "id_document_type": choice(*IdDocumentType),
    "id_document_country": text(),
    "serial_number": text(),
    "email": text(),
    "registration_authority": {"type": ["integer", "string"]},
    "profile": text(),
    "residence": nullable(text()),
    "birth_date": nullable(text()),
    "country_name": text(),
    "certificate_set": listed({}),
    "scratchcard": text(pattern="^[0-9]{7}$"),
    "status": choice(*RequestStatus),
    "registering_user": answered({}),
    "approving_user": answered({}),
    "secure_element": whole(),
    "validity_time": text(),
}
_REST_IS_NULL = {"type": "null"}

COMPONENTS = {
    "Refusal": answered(
        {
            "status": word("error"),
            "message": text("Why, or the name of the status."),
            "detail": {
                "type": ["object", "array"],
                "description": "The status once more, or why in parts.",
            },
        }
    ),
    "NotFound": answered({"detail": word("Not Found")}),
    "Request": answered(_REQUEST, additionalProperties=_REST_IS_NULL),
    "UpdatedRequest": answered(
        {
            **_REQUEST,
            "mobile_phone_number": text(),
            "paperless_mode": flag(),
            "videoid_mode": flag(),
            "communication_language": text(),
            "configuration_data": {"type": "object"},
            "videoid_data": either(named("VideoIdData"), {"type": "null"}),
        },
        additionalProperties=_REST_IS_NULL,
    ),
    "VideoIdData": answered(
        {
            "pk": whole(),
            "status": choice("PENDING", "COMPLETE", "VALIDATED", "REFUSED"),
            "provider": whole(),
            "videoid_link": text("Empty where the evidence is uploaded."),
            "requests": whole("The request's number."),
            "refusal_reason": text(),
            "video_identifier": text(),
            "data": {"type": "object"},
            "validation_services": {"type": "object"},
            "acceptance": {"type": "object"},
            "operation_urls": {"type": "object"},
            "esaw_requests_involved": flag(),
            "manual_external_validation": flag(),
        },
        additionalProperties=_REST_IS_NULL,
    ),
    "Appearance": APPEARANCE,
}
