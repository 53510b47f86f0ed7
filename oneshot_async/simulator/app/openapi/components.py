"""The schemas to which several descriptions refer, by their names."""

from oneshot_async.models.requests import IdDocumentType, RequestStatus

from .schemas import answered, choice, listed, nullable, text, whole, word
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
        {**_REQUEST, "mobile_phone_number": text()}, additionalProperties=_REST_IS_NULL
    ),
    "Appearance": APPEARANCE,
}
