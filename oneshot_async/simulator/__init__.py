"""A simulator of the One-Shot Optimizer: no account, no network, no legal value."""

from .clock import Clock
from .courier import CallbackRecord
from .faults import ErrorShape, Faults, ReplyShape
from .features import Features
from .journal import Journal
from .phone import Sms
from .records import Document, RequestRecord, VideoIdRecord
from .server import Simulator
from .timings import Timings
from .videoid import VideoIdRules

__all__ = [
    "CallbackRecord",
    "Clock",
    "Document",
    "ErrorShape",
    "Faults",
    "Features",
    "Journal",
    "ReplyShape",
    "RequestRecord",
    "Simulator",
    "Sms",
    "Timings",
    "VideoIdRecord",
    "VideoIdRules",
]
