"""The operations of the API, one class a tag and one method an operation."""

from .documents import Documents
from .images import Images
from .requests import Requests
from .settings import ServiceSettings
from .tokens import Tokens
from .videoid import VideoIds

__all__ = [
    "Documents",
    "Images",
    "Requests",
    "ServiceSettings",
    "Tokens",
    "VideoIds",
]
