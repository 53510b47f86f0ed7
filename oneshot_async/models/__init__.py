"""The values that go out and come in; what is sent and what is received differ."""

from .callbacks import CallbackEvent, Certificate, EventType
from .credentials import Billing, Rao, RaoLogin, RaoToken
from .documents import DocumentType, SavedDocument, SignedDocument, UploadedDocument
from .files import File, FileSource, Progress, Transfer
from .requests import (
    TERMINAL_STATUSES,
    CreatedRequest,
    IdDocumentType,
    Request,
    RequestPk,
    RequestSecrets,
    RequestStatus,
    RequestUpdate,
    Signer,
)
from .signatures import (
    Appearance,
    Countersignature,
    DeliveryMethod,
    DocumentSignature,
    Rectangle,
    SignatureParameters,
    SigningAnswer,
)
from .tokens import CreatedToken, Token

__all__ = [
    "TERMINAL_STATUSES",
    "Appearance",
    "Billing",
    "CallbackEvent",
    "Certificate",
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
    "SavedDocument",
    "SignatureParameters",
    "SignedDocument",
    "Signer",
    "SigningAnswer",
    "Token",
    "Transfer",
    "UploadedDocument",
]
