"""Every refusal of the service that is documented or follows from its rules."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Details: TypeAlias = str | Mapping[str, object] | Sequence[object]


class RefusedError(Exception):
    """A call is refused.

    Args:
        status: The HTTP status.
        details: The text, or what else the service puts in its place.
        old_status: The HTTP status in the older error form, where it differs from the
            one written in the body.
    """

    def __init__(
        self, status: int, details: Details, *, old_status: int | None = None
    ) -> None:
        super().__init__(f"Refused with status {status}")
        self.status: int = status
        self.details: Details = details
        self.old_status: int = status if old_status is None else old_status


INVALID_STATUS = "Invalid request status"


def missing_parameter(name: str) -> RefusedError:
    """Refuse a create form without a field."""
    return RefusedError(400, f"Missing parameter: {name} required")


def missing_required(name: str) -> RefusedError:
    """Refuse a body without a key."""
    return RefusedError(400, f"Missing required parameter: '{name}'")


def missing_prefix() -> RefusedError:
    """Refuse a telephone number that lacks the country."""
    return RefusedError(
        400, "Please use the mobile phone number with an international prefix"
    )


def invalid_email() -> RefusedError:
    """Refuse what is no e-mail address."""
    return RefusedError(400, "Enter a valid email address")


def invalid_document_type(known: Sequence[str]) -> RefusedError:
    """Refuse an unknown kind of identity document."""
    options = ", ".join(known)
    return RefusedError(
        400,
        f"The id_document_type specified is not valid. Valid options are {options}",
    )


def invalid_country(country: str) -> RefusedError:
    """Refuse a country that is not a two-letter code."""
    reason = f"'{country}' is not a valid ISO 3166-1 alpha-2 country code"
    return RefusedError(500, {"id_document_country": [reason]})


def missing_env() -> RefusedError:
    """Refuse a create form that names no environment."""
    return RefusedError(
        400,
        "Missing env parameter. Please set it in settings or specify it as parameter",
    )


def unknown_env(env: str) -> RefusedError:
    """Refuse an environment other than the two."""
    return RefusedError(400, f"Environment {env} does not exist")


def missing_images() -> RefusedError:
    """Refuse the approval of a person whose identity document is not shown."""
    return RefusedError(
        400, "Error occured during request approval: Missing required docs"
    )


def invalid_fields(names: Sequence[str]) -> RefusedError:
    """Refuse the approval of a request with unusable fields."""
    listed = "; ".join(names)
    return RefusedError(
        412, f"Error occured during request approval: Invalid request fields: {listed}"
    )


def invalid_rao() -> RefusedError:
    """Refuse a registration officer's password or PIN."""
    return RefusedError(403, "Invalid RAO Credentials")


def unknown_rao() -> RefusedError:
    """Refuse a registration officer nobody knows."""
    return RefusedError(
        404, "Error getting RAO's id. Make sure the credentials are correct"
    )


def billing_not_base64() -> RefusedError:
    """Refuse a billing password that is not encoded."""
    return RefusedError(
        500, "Billing credentials not valid. Please check if they are base64 encoded"
    )


def invalid_billing() -> RefusedError:
    """Refuse a billing account."""
    return RefusedError(
        500,
        "Cannot check the remaining credit for the billing user. "
        "Please check the credentials",
    )


def request_not_found() -> RefusedError:
    """Refuse to read a request that does not exist."""
    return RefusedError(
        404,
        "Request not found. Make sure the upload directory is correct.",
        old_status=400,
    )


def request_gone(pk: int) -> RefusedError:
    """Refuse to cancel or update a request that does not exist."""
    return RefusedError(404, f"Request {pk} not found")


def no_contract(pk: int) -> RefusedError:
    """Refuse the contract of a request that does not exist."""
    return RefusedError(404, f"Request {pk} not found", old_status=400)


def no_otp_target(pk: int) -> RefusedError:
    """Refuse a code for a request that does not exist."""
    return RefusedError(404, f"Request {pk} not found. Cannot send OTP secret")


def nothing_to_sign(pk: int) -> RefusedError:
    """Refuse to sign for a request that does not exist."""
    return RefusedError(404, f"Request {pk} not found. Cannot sign documents")


def no_upload_target(pk: int) -> RefusedError:
    """Refuse a document for a request that does not exist."""
    return RefusedError(404, f"Cannot upload document: Request {pk} not found on disk")


def otp_refused(reason: str) -> RefusedError:
    """Refuse to send a code."""
    return RefusedError(412, f"Error occured during OTP generation: {reason}")


def invalid_status() -> RefusedError:
    """Refuse what the status of the request does not allow."""
    return RefusedError(412, INVALID_STATUS)


def already_issued() -> RefusedError:
    """Refuse to sign or cancel what has been issued."""
    return RefusedError(412, "Request already in ISSUED status")


def wrong_code() -> RefusedError:
    """Refuse a confirmation code that is wrong or too old."""
    return RefusedError(403, "Confirmation Code invalid")


def wrong_countersigner() -> RefusedError:
    """Refuse the account of a countersignature."""
    return RefusedError(403, "Invalid countersignature credentials")


def wrong_scratchcard(pk: int) -> RefusedError:
    """Refuse an update that does not know the request's scratchcard."""
    embedded = (
        '{"code": "500", "id": "5c05e064d7a903ac", "error": "Invalid ScratchCard"}'
    )
    return RefusedError(500, f"Cannot update the Request {pk}: {embedded}")


def signing_refused(reason: str) -> RefusedError:
    """Refuse to sign a document for what is wrong with it or its appearance."""
    return RefusedError(400, reason)


def unknown_documents(uids: Sequence[str]) -> RefusedError:
    """Refuse to sign documents that were not uploaded."""
    listed = ", ".join(uids)
    return RefusedError(
        404, f"The following documents are not found in Request's folders: {listed}"
    )


def unknown_images(images: Mapping[str, str]) -> RefusedError:
    """Refuse appearances, by document, whose image was not uploaded."""
    return RefusedError(
        404,
        {
            document: f"The image {image} cannot be found on disk"
            for document, image in images.items()
        },
    )


def unplaced(missing: Mapping[str, str]) -> RefusedError:
    """Refuse appearances, by document, that lack a position or a page."""
    return RefusedError(
        400,
        {
            document: f"Missing required parameter '{name}' for file {document}"
            for document, name in missing.items()
        },
    )


def too_many_documents(pk: int) -> RefusedError:
    """Refuse the eleventh document."""
    return RefusedError(400, f"Maximum number of document reached for Request {pk}")


def unsupported_file(content_type: str) -> RefusedError:
    """Refuse a document that is no PDF."""
    return RefusedError(415, f"Unsupported file type: {content_type}")


def invalid_hash(name: str) -> RefusedError:
    """Refuse a key of a hash document that does not say what it should."""
    return RefusedError(400, f"Invalid hash document: {name}")


def external_not_allowed() -> RefusedError:
    """Refuse external authentication, which has to be agreed upon."""
    return RefusedError(403, "You do not have permission to perform this action")


def document_not_found() -> RefusedError:
    """Refuse a download of what is not there, or not there yet."""
    return RefusedError(404, "Document not found")


def cannot_delete(uid: str) -> RefusedError:
    """Refuse to delete a document that is not there."""
    return RefusedError(404, f"Document not found with uid {uid} and type original")


def no_documents() -> RefusedError:
    """Refuse to sign or delete the documents of a request that has none."""
    return RefusedError(404, "No documents found for specified Request")


def token_exists() -> RefusedError:
    """Refuse a second token for the same credentials."""
    return RefusedError(400, "A token with these credentials already exist!")


def token_not_found() -> RefusedError:
    """Refuse a token nobody created."""
    return RefusedError(404, "Token not found")


def unsupported_image(content_type: str) -> RefusedError:
    """Refuse an image that is no PNG."""
    return RefusedError(415, f"Image file type not supported: {content_type}")


def image_not_found(uid: str) -> RefusedError:
    """Refuse an image nobody uploaded."""
    return RefusedError(404, f"Image with uid {uid} not found")


def unreadable_json(reason: str) -> RefusedError:
    """Refuse a body that is not JSON."""
    return RefusedError(400, f"Could not parse JSON body - {reason}")


def invalid_value(*place: str, reason: str) -> RefusedError:
    """Refuse a value that has the wrong type or is none of those allowed."""
    return RefusedError(
        422, [{"loc": list(place), "msg": reason, "type": "value_error"}]
    )
