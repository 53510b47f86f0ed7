"""The body of `POST /videoid/{pk}/evidences`."""

from .bodies import json_body
from .schemas import choice, flag, sent, text

_PICTURES = ("document_front", "document_rear", "document_photo", "document_owner")
_CHECKS = (
    "otp_validation",
    "documents_match",
    "data_integrity",
    "document_notcopy",
    "document_notexpired",
    "document_notunderage",
    "liveliness",
)
_READ_BY_OCR = sent(
    dict.fromkeys(("given_name", "surname_1", "serial_number"), text(minLength=1)),
    {
        **dict.fromkeys(("surname_2", "mobile_phone_number", "email"), text()),
        "id_document_type": choice("IDC", "PAS", "PNO", "TIN"),
        "id_document_country": text("ISO 3166-1 alpha-2.", pattern="^[A-Z]{2}$"),
    },
)
_FOUND = sent(
    {
        "images": sent(dict.fromkeys(_PICTURES, text("In base64.", minLength=1))),
        "ocr_data": _READ_BY_OCR,
    },
    {
        "security_checks": sent({}, dict.fromkeys(_CHECKS, flag())),
        "similarity_level": {
            "type": ["string", "integer"],
            "description": "Such as high, or 0 to 100.",
        },
    },
)
EVIDENCE = json_body(
    sent(
        {
            "acceptance": {
                "type": "object",
                "description": "What the person agreed to, and when; free in its form.",
            },
            "videoid_data": _FOUND,
        }
    ),
    example={
        "acceptance": {"description": "Agreed"},
        "videoid_data": {
            "images": dict.fromkeys(_PICTURES, "U0lNVUxBVEVE"),
            "ocr_data": {
                "given_name": "Given",
                "surname_1": "Surname",
                "serial_number": "0000000T",
            },
        },
    },
)
