"""The operations of the API, one class a tag and one method an operation."""

from .documents import Documents
from .requests import Requests
from .tokens import Tokens

__all__ = ["Documents", "Requests", "Tokens"]
