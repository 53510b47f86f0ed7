"""The operations of the Requests tag."""

from oneshot_async.models.requests import IdDocumentType
from oneshot_async.simulator import refusals, videoid_refusals

from .bodies import JSON, form_body, json_body
from .credentials import (
    AUTHORITY,
    BILLING,
    BILLING_REFUSALS,
    CONTACT,
    CONTACT_REFUSALS,
    ENV,
    EXAMPLE_CONTRACTOR,
    EXAMPLE_TOKEN,
    OFFICER,
    OFFICER_REFUSALS,
)
from .operation import Operation
from .schemas import answered, choice, flag, named, sent, succeeded, text, whole, word
from .signing import SIGN, SIGN_REFUSALS

TAG = "Requests"

_PICTURE = "image/jpeg, image/png"
_NAME = {
    "given_name": text(minLength=1),
    "surname_1": text(minLength=1),
    "serial_number": text("The number of the identity document.", minLength=1),
}
_CREATE = form_body(
    required={
        **_NAME,
        "id_document_country": text("ISO 3166-1 alpha-2.", pattern="^[A-Z]{2}$"),
        **CONTACT,
        **AUTHORITY,
        "env": ENV,
        **BILLING,
    },
    optional={
        "surname_2": text(),
        "id_document_type": choice(*IdDocumentType, default="IDC"),
        **OFFICER,
        "useasync": flag("Let the approval and the issue take their time."),
        "callback": text(
            "Where changes of status are posted to; with `useasync` only.", format="uri"
        ),
        "communication_language": choice("ES", "PL", "EN", default="ES"),
        **dict.fromkeys(
            (
                "residence",
                "residence_city",
                "residence_postal_code",
                "residence_address",
                "special_conditions",
            ),
            text("Needed by some profiles only."),
        ),
    },
    files=dict.fromkeys(
        ("document_front", "document_rear", "document_owner", "extra_document"),
        _PICTURE,
    ),
    example={
        **EXAMPLE_TOKEN,
        "given_name": "Given",
        "surname_1": "Surname",
        "id_document_type": "IDC",
        "id_document_country": "ES",
        "serial_number": "0000000T",
        **EXAMPLE_CONTRACTOR,
    },
)
_UPDATE = json_body(
    sent(
        {
            "scratchcard": text("As `GET /request/{pk}` tells it."),
            "email": CONTACT["email"],
            **AUTHORITY,
            "country_name": text(minLength=1),
        },
        {
            "given_name": text(),
            "surname_1": text(),
            "surname_2": text(),
            "serial_number": text(),
            "birth_date": text("Its format is not documented."),
            "mobile_phone_number": CONTACT["mobile_phone_number"],
        },
    )
)
_CREATED = succeeded(
    "Request created with pk 800001",
    details=answered(
        {
            "status": word("CREATED"),
            "asyncmode": flag(),
            "pk": text("A number as text, here only.", pattern="^[0-9]+$"),
        }
    ),
)
_READ = answered(
    {
        "secrets": answered(
            dict.fromkeys(("puk", "enrollment_code", "pin", "erc"), text())
        ),
        "request": named("Request"),
    }
)
_SIGNED = succeeded(
    "Signature process for Request 800001 completed",
    detail=answered({"request": whole(), "documents": answered({})}),
)

OPERATIONS = {
    "POST /create": Operation(
        name="requests.create",
        summary="Ask for a certificate for a person",
        description=(
            "Send the officer's `token`, or `username`, `password` and `pin`. Without "
            "`useasync` the request is approved on return."
        ),
        uncertain=(
            "which of the fields marked required the service insists on; whether a "
            "request is approved on return; the type of `asyncmode`."
        ),
        body=_CREATE,
        answers={JSON: _CREATED},
        returns="The request's number",
        refusals=(
            refusals.missing_parameter("given_name"),
            refusals.invalid_document_type(["IDC", "PAS", "PNO", "TIN", "CI", "CE"]),
            refusals.missing_images(),
            refusals.invalid_fields(["given_name"]),
            refusals.invalid_country("ESX"),
            *CONTACT_REFUSALS,
            *OFFICER_REFUSALS,
            *BILLING_REFUSALS,
        ),
    ),
    "GET /request/{pk}": Operation(
        name="requests.get",
        summary="Read a request and the secrets of its scratchcard",
        answers={JSON: _READ},
        returns="The request, without an envelope",
        refusals=(refusals.request_not_found(),),
    ),
    "PUT /request/{pk}": Operation(
        name="requests.update",
        summary="Change the data of a Video ID's request",
        uncertain="which fields the service lets change, and when.",
        body=_UPDATE,
        answers={JSON: named("UpdatedRequest")},
        returns="The request, without an envelope",
        refusals=(
            refusals.missing_required("scratchcard"),
            refusals.request_gone(1),
            refusals.invalid_status(),
            refusals.wrong_scratchcard(1),
            videoid_refusals.cannot_change(1, ["given_name"]),
        ),
    ),
    "DELETE /request/{pk}": Operation(
        name="requests.cancel",
        summary="Cancel a request that has not been issued",
        uncertain="whether the service cancels, or deletes what it keeps locally.",
        answers={JSON: succeeded("Request 800001 deleted")},
        returns="Cancelled, now or before",
        refusals=(refusals.request_gone(1), refusals.already_issued()),
    ),
    "GET /contract/{pk}": Operation(
        name="requests.contract",
        summary="Download the contract that the person is to read",
        answers={"application/pdf": {}},
        returns="A PDF",
        refusals=(refusals.no_contract(1),),
    ),
    "POST /otp/{pk}": Operation(
        name="requests.generate_otp",
        summary="Send the person a one-time code",
        description="At most one in a minute, and only while the request is ready.",
        uncertain="how long a code is accepted, and how often it may be tried.",
        body=json_body(
            sent(
                {},
                {"delivery_method": choice("sms", "whatsapp", default="sms")},
            ),
            required=False,
        ),
        answers={JSON: succeeded(detail=text(examples=["OTP successfully sent to …"]))},
        returns="On its way",
        refusals=(
            refusals.no_otp_target(1),
            refusals.otp_refused(refusals.INVALID_STATUS),
            refusals.otp_refused("Otp generated less than a minute ago"),
            refusals.invalid_value(
                "body", "delivery_method", reason="Input should be 'sms' or 'whatsapp'"
            ),
        ),
    ),
    "POST /sign/{pk}": Operation(
        name="requests.sign",
        summary="Issue the certificate and sign every document",
        description=(
            "An asynchronous request is answered at once; its certificate and its "
            "files show up later, the files last."
        ),
        uncertain=(
            "what `documents` holds; the defaults of `level`, `use_tsa` and "
            "`disable_ltv`; the values of `text_align`."
        ),
        body=SIGN,
        answers={JSON: _SIGNED},
        returns="Signed, or going to be",
        refusals=SIGN_REFUSALS,
    ),
}
