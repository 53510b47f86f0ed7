"""One-Shot remote electronic signatures for asyncio.

`OneShotClient` talks to an Optimizer, `oneshot_async.receiver` takes its callbacks, and
an `Inbox` between them wakes whoever awaits one. `oneshot_async.simulator` stands in
for the Optimizer where there is none.
"""

from ._polling import Polling
from ._retries import Retries
from ._transport import Timeouts
from .callback_urls import CallbackUrl, CallbackUrls, Correlation
from .client import OneShotClient
from .errors import OneShotError
from .hashing import hash_document
from .identification import Identification
from .inbox import Inbox
from .models import (
    TERMINAL_STATUSES,
    Acceptance,
    Appearance,
    Billing,
    CallbackEvent,
    Certificate,
    Countersignature,
    CreatedRequest,
    CreatedToken,
    CreatedVideoId,
    DeliveryMethod,
    DocumentRef,
    DocumentSignature,
    DocumentType,
    EventType,
    Evidences,
    File,
    FileSource,
    HashedDocument,
    IdDocumentType,
    Image,
    OcrData,
    Progress,
    Rao,
    RaoLogin,
    RaoToken,
    Rectangle,
    Reply,
    Request,
    RequestPk,
    RequestSecrets,
    RequestStatus,
    RequestUpdate,
    SecurityChecks,
    Settings,
    SignatureParameters,
    Signer,
    SigningAnswer,
    SimilarityLevel,
    Token,
    Transfer,
    UploadedDocument,
    UploadedImage,
    Version,
    VideoIdPk,
)
from .observing import InboxStatistics
from .signed_documents import SavedDocument, SignedDocument
from .signing import Signing

__version__ = "0.1.0"

__all__ = [
    "TERMINAL_STATUSES",
    "Acceptance",
    "Appearance",
    "Billing",
    "CallbackEvent",
    "CallbackUrl",
    "CallbackUrls",
    "Certificate",
    "Correlation",
    "Countersignature",
    "CreatedRequest",
    "CreatedToken",
    "CreatedVideoId",
    "DeliveryMethod",
    "DocumentRef",
    "DocumentSignature",
    "DocumentType",
    "EventType",
    "Evidences",
    "File",
    "FileSource",
    "HashedDocument",
    "IdDocumentType",
    "Identification",
    "Image",
    "Inbox",
    "InboxStatistics",
    "OcrData",
    "OneShotClient",
    "OneShotError",
    "Polling",
    "Progress",
    "Rao",
    "RaoLogin",
    "RaoToken",
    "Rectangle",
    "Reply",
    "Request",
    "RequestPk",
    "RequestSecrets",
    "RequestStatus",
    "RequestUpdate",
    "Retries",
    "SavedDocument",
    "SecurityChecks",
    "Settings",
    "SignatureParameters",
    "SignedDocument",
    "Signer",
    "Signing",
    "SigningAnswer",
    "SimilarityLevel",
    "Timeouts",
    "Token",
    "Transfer",
    "UploadedDocument",
    "UploadedImage",
    "Version",
    "VideoIdPk",
    "hash_document",
]
