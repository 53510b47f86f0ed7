"""The values that go out and come in; what is sent and what is received differ."""

from .callbacks import CallbackEvent, Certificate, EventType
from .credentials import Billing, Rao, RaoLogin, RaoToken
from .documents import DocumentType, UploadedDocument
from .files import File, FileSource, Progress, Transfer
from .hashes import HashedDocument
from .images import Image, UploadedImage
from .replies import Reply
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
from .settings import Settings, Version
from .signatures import (
    Appearance,
    Countersignature,
    DeliveryMethod,
    DocumentSignature,
    Rectangle,
    SignatureParameters,
    SigningAnswer,
)
from .signing_state import DocumentRef
from .tokens import CreatedToken, Token
from .videoid import (
    Acceptance,
    CreatedVideoId,
    Evidences,
    OcrData,
    SecurityChecks,
    SimilarityLevel,
    VideoIdPk,
)

__all__ = [
    "TERMINAL_STATUSES",
    "Acceptance",
    "Appearance",
    "Billing",
    "CallbackEvent",
    "Certificate",
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
    "Image",
    "OcrData",
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
    "SecurityChecks",
    "Settings",
    "SignatureParameters",
    "Signer",
    "SigningAnswer",
    "SimilarityLevel",
    "Token",
    "Transfer",
    "UploadedDocument",
    "UploadedImage",
    "Version",
    "VideoIdPk",
]
