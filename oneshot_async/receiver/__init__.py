"""The receiver: a web application for callbacks, to be mounted or served alone."""

from .app import create_app
from .parsing import parse_callback
from .server import Receiver

__all__ = ["Receiver", "create_app", "parse_callback"]
