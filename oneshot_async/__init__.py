"""One-Shot remote electronic signatures for asyncio.

`OneShotClient` talks to an Optimizer, `oneshot_async.receiver` takes its callbacks, and
an `Inbox` between them wakes whoever awaits one. `oneshot_async.simulator` stands in for
the Optimizer where there is none.
"""

from ._polling import Polling
from ._retries import Retries
from ._transport import Timeouts
from .callback_urls import CallbackUrl, CallbackUrls, Correlation
from .client import OneShotClient
from .errors import OneShotError
from .inbox import Inbox, InboxStatistics
from .models import (
    TERMINAL_STATUSES,
    Appearance,
    Billing,
    CallbackEvent,
    Certificate,
    Countersignature,
    CreatedRequest,
    CreatedToken,
    DeliveryMethod,
    DocumentSignature,
    DocumentType,
    EventType,
    File,
    FileSource,
    IdDocumentType,
    Progress,
    Rao,
    RaoLogin,
    RaoToken,
    Rectangle,
    Request,
    RequestPk,
    RequestSecrets,
    RequestStatus,
    RequestUpdate,
    SavedDocument,
    SignatureParameters,
    SignedDocument,
    Signer,
    SigningAnswer,
    Token,
    Transfer,
    UploadedDocument,
)
from .signing import Signing

__version__ = "0.1.0"

__all__ = [
    "TERMINAL_STATUSES",
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
    "DeliveryMethod",
    "DocumentSignature",
    "DocumentType",
    "EventType",
    "File",
    "FileSource",
    "IdDocumentType",
    "Inbox",
    "InboxStatistics",
    "OneShotClient",
    "OneShotError",
    "Polling",
    "Progress",
    "Rao",
    "RaoLogin",
    "RaoToken",
    "Rectangle",
    "Request",
    "RequestPk",
    "RequestSecrets",
    "RequestStatus",
    "RequestUpdate",
    "Retries",
    "SavedDocument",
    "SignatureParameters",
    "SignedDocument",
    "Signer",
    "Signing",
    "SigningAnswer",
    "Timeouts",
    "Token",
    "Transfer",
    "UploadedDocument",
]
