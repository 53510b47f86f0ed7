"""The operations of the Documents tag."""

from oneshot_async.models.documents import DocumentType
from oneshot_async.simulator import refusals

from .bodies import JSON, form_body
from .operation import Operation
from .schemas import answered, choice, either, listed, succeeded, text

TAG = "Documents"

_UPLOADED = answered({"name": text("The name of the part."), "uid": text()})

OPERATIONS = {
    "POST /document/{pk}": Operation(
        name="documents.upload",
        summary="Upload the documents that are to be signed",
        description=(
            "One part for each document, named `file`, `file2` and so on; up to ten "
            "in all. In place of a document, `hashfile` may carry its hash: JSON with "
            "`messageDigest`, `digestAlgorithm`, `addAuthAttribute`, `addSigningTime` "
            "and `otherAuthAttributes`."
        ),
        uncertain="the answer to several documents.",
        body=form_body(
            files={
                "file": "application/pdf",
                "file2": "application/pdf",
                "hashfile": JSON,
            }
        ),
        answers={
            JSON: succeeded(detail=either(_UPLOADED, listed(_UPLOADED, minItems=2)))
        },
        returns="One document, or a list of several",
        refusals=(
            refusals.no_upload_target(1),
            refusals.missing_required("file"),
            refusals.too_many_documents(1),
            refusals.invalid_hash("messageDigest"),
            refusals.unreadable_json("the hashfile is no JSON"),
            refusals.unsupported_file("text/plain"),
        ),
    ),
    "GET /document/{pk}/{uid}": Operation(
        name="documents.download",
        summary="Download a document",
        uncertain="which version is sent if none is named; here it is the signed one.",
        queries={"document_type": choice(*DocumentType)},
        answers={
            "application/pdf": {},
            "application/json": {},
            "application/pkcs7-mime": {},
        },
        returns="A PDF; or a `hashfile` and, for its signed version, a CMS signature",
        refusals=(
            refusals.document_not_found(),
            refusals.invalid_value(
                "query",
                "document_type",
                reason="Input should be 'signed' or 'original'",
            ),
        ),
    ),
    "DELETE /document/{pk}/{uid}": Operation(
        name="documents.delete",
        summary="Delete a document in both versions",
        uncertain="the words of the answer.",
        answers={JSON: succeeded("Document successfully deleted")},
        returns="Deleted",
        refusals=(
            refusals.document_not_found(),
            refusals.cannot_delete("d9428888-122b-11e1-b85c-61cd3cbb3210"),
        ),
    ),
    "DELETE /document/{pk}": Operation(
        name="documents.delete_all",
        summary="Delete all documents of a request",
        answers={JSON: succeeded("Documents deleted for Request 800001")},
        returns="Deleted",
        refusals=(refusals.document_not_found(), refusals.no_documents()),
    ),
}
