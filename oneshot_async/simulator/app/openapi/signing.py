"""The body of `POST /sign/{pk}`, and all that can be refused of it."""

from oneshot_async.simulator import refusals

from .bodies import json_body
from .schemas import choice, flag, listed, mapped, named, nullable, sent, text, whole

_UID = "d9428888-122b-11e1-b85c-61cd3cbb3210"

APPEARANCE = sent(
    {},
    {
        "text": listed(
            text(), "Lines, with %(CN)s, %(SUBJECT)s, %(EMAIL)s, %(L)s and %(DATE)s."
        ),
        "date": text("The strftime pattern of %(DATE)s."),
        "timezone": text("A name of the tz database.", default="UTC"),
        "position": text(
            "Lower left and upper right corner in points, as in 30,100,165,150.",
            pattern=r"^[0-9]{1,4}(, ?[0-9]{1,4}){3}$",
        ),
        "page": whole("Counted from 0.", minimum=0),
        "image": text("The uid of an image; takes `page` and `position` too."),
        "b64_image": text("A PNG in base64.", format="byte"),
        "qrcode": text("What a QR code is to say."),
        "horizontal": flag("Text beside the image, not over it."),
        "text_size": whole("In points."),
        "text_align": text("Such as left, center, right."),
        "reason": text("For the signature dictionary of the PDF."),
        "location": text("For the same, and for %(L)s."),
    },
)
_SUBFILTER = {
    "subfilter": choice(
        "adbe.pkcs7.detached", "ETSI.CAdES.detached", default="adbe.pkcs7.detached"
    )
}
_EACH = {
    "appearance": named("Appearance"),
    "metadata": text("Accepted, and of no effect."),
    "level": choice("BES", "BASIC", "T", "LTV", "LTVLITE", "LTVA"),
    **_SUBFILTER,
}
SIGN = json_body(
    sent(
        {"secret": text("The code from the message, or the customer's own.")},
        {
            "ext_unlock_type": text("For external authentication, if it is offered."),
            "ext_unlock_value": text("The same."),
            "signature": sent(
                {},
                {
                    **_EACH,
                    "use_tsa": flag("Put a time-stamp into the signature."),
                    "disable_ltv": flag("Accepted, and of no effect."),
                },
            ),
            "countersignature": sent(
                {"username": text(), "password": text(), "pin": text()},
                {"appearance": named("Appearance"), **_SUBFILTER},
            ),
            "signature_by_doc": nullable(
                mapped(
                    sent({}, {**_EACH, "usecountersignature": flag()}),
                    "By the uid of a document, what is different for it.",
                )
            ),
        },
    ),
    example={
        "secret": "123456",
        "signature": {
            "appearance": {
                "text": ["Signed by: %(CN)s", "Date: %(DATE)s"],
                "position": "30,100,165,150",
                "page": 0,
            }
        },
    },
)
SIGN_REFUSALS = (
    refusals.missing_required("secret"),
    refusals.missing_required("ext_unlock_value"),
    refusals.signing_refused("The document is not a readable PDF"),
    refusals.signing_refused("Unknown signature level: 'X'"),
    refusals.unplaced({_UID: "position"}),
    refusals.wrong_code(),
    refusals.wrong_countersigner(),
    refusals.external_not_allowed(),
    refusals.nothing_to_sign(1),
    refusals.no_documents(),
    refusals.unknown_documents([_UID]),
    refusals.unknown_images({_UID: _UID}),
    refusals.already_issued(),
    refusals.invalid_status(),
    refusals.invalid_value("body", "signature", reason="value is not a valid dict"),
)
