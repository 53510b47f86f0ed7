"""Every refusal of the service, in every form: which error it is for the caller."""

import inspect

import pytest

from oneshot_async import Retries
from oneshot_async.errors import (
    AlreadyIssuedError,
    ApiError,
    BadRequestError,
    CredentialsError,
    InvalidStatusError,
    NotFoundError,
    OtpRefusedError,
    OtpTooSoonError,
    ServerError,
    UnsupportedFileError,
)
from oneshot_async.simulator import refusals, videoid_refusals
from oneshot_async.simulator.error_shapes import error_answer
from oneshot_async.simulator.faults import ErrorShape

TOO_SOON = "Otp generated less than a minute ago"


def case(kind, refuse, *args, **kwargs):
    """A refusal of the service and what it is for the caller."""
    return pytest.param(refuse(*args, **kwargs), kind, id=refuse.__name__)


REFUSALS = [
    case(AlreadyIssuedError, refusals.already_issued),
    case(CredentialsError, refusals.billing_not_base64),
    case(NotFoundError, refusals.cannot_delete, "u-1"),
    case(NotFoundError, refusals.document_not_found),
    case(CredentialsError, refusals.external_not_allowed),
    case(NotFoundError, refusals.image_not_found, "i-1"),
    case(CredentialsError, refusals.invalid_billing),
    case(ServerError, refusals.invalid_country, "ESX"),
    case(BadRequestError, refusals.invalid_document_type, ["IDC", "PAS"]),
    case(BadRequestError, refusals.invalid_email),
    case(BadRequestError, refusals.invalid_fields, ["given_name", "email"]),
    case(BadRequestError, refusals.invalid_hash, "messageDigest"),
    case(CredentialsError, refusals.invalid_rao),
    case(InvalidStatusError, refusals.invalid_status),
    case(BadRequestError, refusals.invalid_value, "body", "secret", reason="required"),
    case(BadRequestError, refusals.missing_env),
    case(BadRequestError, refusals.missing_images),
    case(BadRequestError, refusals.missing_parameter, "email"),
    case(BadRequestError, refusals.missing_prefix),
    case(BadRequestError, refusals.missing_required, "secret"),
    case(NotFoundError, refusals.no_contract, 7),
    case(NotFoundError, refusals.no_documents),
    case(NotFoundError, refusals.no_otp_target, 7),
    case(NotFoundError, refusals.no_upload_target, 7),
    case(NotFoundError, refusals.nothing_to_sign, 7),
    case(OtpTooSoonError, refusals.otp_refused, TOO_SOON),
    case(InvalidStatusError, refusals.otp_refused, refusals.INVALID_STATUS),
    case(NotFoundError, refusals.request_gone, 7),
    case(NotFoundError, refusals.request_not_found),
    case(BadRequestError, refusals.signing_refused, "the page does not exist"),
    case(UnsupportedFileError, refusals.signing_refused, "PasswordProtected"),
    case(BadRequestError, refusals.token_exists),
    case(NotFoundError, refusals.token_not_found),
    case(BadRequestError, refusals.too_many_documents, 7),
    case(NotFoundError, refusals.unknown_documents, ["u-1", "u-2"]),
    case(BadRequestError, refusals.unknown_env, "moon"),
    case(NotFoundError, refusals.unknown_images, {"u-1": "i-1"}),
    case(CredentialsError, refusals.unknown_rao),
    case(BadRequestError, refusals.unplaced, {"u-1": "page"}),
    case(BadRequestError, refusals.unreadable_json, "Expecting value"),
    case(UnsupportedFileError, refusals.unsupported_file, "text/plain"),
    case(UnsupportedFileError, refusals.unsupported_image, "image/gif"),
    case(OtpRefusedError, refusals.wrong_code),
    case(CredentialsError, refusals.wrong_countersigner),
    case(ServerError, refusals.wrong_scratchcard, 7),
    case(BadRequestError, videoid_refusals.cannot_approve, 7, ["surname_1"]),
    case(BadRequestError, videoid_refusals.cannot_change, 7, ["surname_1"]),
    case(BadRequestError, videoid_refusals.incomplete_rao),
    case(BadRequestError, videoid_refusals.missing_parameters),
    case(InvalidStatusError, videoid_refusals.no_more_evidence, 7, "video", "COMPLETE"),
    case(BadRequestError, videoid_refusals.no_reason),
    case(CredentialsError, videoid_refusals.no_such_rao),
    case(NotFoundError, videoid_refusals.no_video),
    case(BadRequestError, videoid_refusals.videoid_not_enabled, "3"),
    case(NotFoundError, videoid_refusals.videoid_not_found),
]


def defined():
    """Return the names of all refusals that the simulator has."""
    return {
        name
        for module in (refusals, videoid_refusals)
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def test_every_refusal_is_listed():
    """A refusal that is new must be listed above."""
    assert {param.id for param in REFUSALS} == defined()


@pytest.mark.parametrize(("refused", "kind"), REFUSALS)
async def test_refusal_is_one_error_in_every_form(listener, open_client, refused, kind):
    """In whatever form the service says it, the caller gets the same error."""
    client = await open_client(retries=Retries(attempts=1))

    raised = {}
    for shape in ErrorShape:
        said = error_answer(refused, shape)
        listener.answer, listener.status = said.body, said.status
        with pytest.raises(ApiError) as caught:
            await client.requests.get(7)
        raised[shape] = type(caught.value)

    assert raised == dict.fromkeys(ErrorShape, kind) | {ErrorShape.HTML: ServerError}
