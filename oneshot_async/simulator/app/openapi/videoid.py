"""The operations of the Video ID tag."""

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
    EXAMPLE_RAO,
    OFFICER,
    OFFICER_REFUSALS,
)
from .operation import Operation
from .schemas import answered, sent, succeeded, text, whole, word
from .videoid_evidence import EVIDENCE

TAG = "Video ID"

_RAO = {"rao": text("The officer's number.")}
_FINISHED = "Needs all evidence to be there and reviewed."
_OFFICER_REFUSALS = (
    videoid_refusals.incomplete_rao(),
    videoid_refusals.no_such_rao(),
    refusals.invalid_status(),
    *OFFICER_REFUSALS,
)
_CREATED = answered(
    {
        "status": word("success"),
        "messsage": text(
            "So misspelt by the service.", examples=["VideoID created with pk 16001"]
        ),
        "detail": answered(
            {
                "videoid_pk": whole(),
                "request_pk": whole(),
                "videoid_link": text("Empty if the evidence is uploaded instead."),
            }
        ),
    }
)

OPERATIONS = {
    "POST /videoid": Operation(
        name="videoid.create",
        summary="Ask for a certificate for a person who identifies by video",
        uncertain="the answer, of which a part only is documented.",
        body=json_body(
            sent({**CONTACT, **AUTHORITY, **BILLING, "env": ENV}),
            example=EXAMPLE_CONTRACTOR,
        ),
        answers={JSON: _CREATED},
        returns="Two numbers and, for the person, a link",
        refusals=(
            videoid_refusals.missing_parameters(),
            videoid_refusals.videoid_not_enabled("3"),
            *CONTACT_REFUSALS,
            *BILLING_REFUSALS,
        ),
    ),
    "POST /videoid/{pk}/evidences": Operation(
        name="videoid.upload_evidences",
        summary="Upload what an identification elsewhere found out",
        uncertain="the answer, and how evidence is refused.",
        body=EVIDENCE,
        answers={JSON: succeeded("Videoid evidences uploaded")},
        returns="Kept",
        refusals=(
            videoid_refusals.videoid_not_found(),
            videoid_refusals.missing_parameters(),
            refusals.invalid_document_type(["IDC", "PAS", "PNO", "TIN"]),
            refusals.invalid_country("ESX"),
            videoid_refusals.no_more_evidence(1, "evidences data", "COMPLETE"),
        ),
    ),
    "POST /videoid/{pk}/video": Operation(
        name="videoid.upload_video",
        summary="Upload the video of an identification elsewhere",
        uncertain="the answer, and how a video is refused.",
        body=form_body(files={"video": "video/mp4"}, needed="video"),
        answers={JSON: succeeded("Videoid video upload completed")},
        returns="Kept",
        refusals=(
            videoid_refusals.videoid_not_found(),
            videoid_refusals.missing_parameters(),
            videoid_refusals.no_more_evidence(1, "video", "COMPLETE"),
        ),
    ),
    "GET /videoid/{pk}/download/video": Operation(
        name="videoid.download_video",
        summary="Download the video",
        uncertain="the path, which is documented for the older generation only.",
        answers={"video/mp4": {}},
        returns="The video",
        refusals=(videoid_refusals.videoid_not_found(), videoid_refusals.no_video()),
    ),
    "POST /videoid/{pk}/approve": Operation(
        name="videoid.approve",
        summary="Approve a person after the review",
        description=f"{_FINISHED} With two steps, the first call validates only.",
        uncertain="the body and the answer.",
        body=json_body(sent(_RAO, OFFICER), example=EXAMPLE_RAO),
        answers={JSON: succeeded("Request approved successfully")},
        returns="Approved, or validated",
        refusals=(
            videoid_refusals.videoid_not_found(),
            videoid_refusals.cannot_approve(1, ["given_name"]),
            *_OFFICER_REFUSALS,
        ),
    ),
    "POST /videoid/{pk}/refuse": Operation(
        name="videoid.refuse",
        summary="Refuse a person, which cancels the request",
        description=_FINISHED,
        uncertain="the body and the answer.",
        body=json_body(
            sent({**_RAO, "reason": text(minLength=1)}, OFFICER),
            example={**EXAMPLE_RAO, "reason": "The picture is blurred"},
        ),
        answers={JSON: succeeded("Videoid refuse completed")},
        returns="Refused",
        refusals=(
            videoid_refusals.videoid_not_found(),
            videoid_refusals.no_reason(),
            *_OFFICER_REFUSALS,
        ),
    ),
}
