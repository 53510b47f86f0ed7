"""A simulator of the One-Shot Optimizer: no account, no network, no legal value."""

from .clock import Clock
from .courier import CallbackRecord
from .faults import ErrorShape, Faults
from .journal import Journal
from .phone import Sms
from .records import Document, RequestRecord
from .server import Simulator
from .timings import Timings

__all__ = [
    "CallbackRecord",
    "Clock",
    "Document",
    "ErrorShape",
    "Faults",
    "Journal",
    "RequestRecord",
    "Simulator",
    "Sms",
    "Timings",
]
