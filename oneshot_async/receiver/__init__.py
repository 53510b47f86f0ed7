"""The receiver: a web application for callbacks, to be mounted or served alone."""

from .app import create_app
from .asgi import create_asgi_app
from .limits import Limits
from .network import AllowList
from .parsing import parse_callback
from .replaying import Replayed, replay
from .server import Receiver

__all__ = [
    "AllowList",
    "Limits",
    "Receiver",
    "Replayed",
    "create_app",
    "create_asgi_app",
    "parse_callback",
    "replay",
]
