"""The answer to an operation that has no method of its own here."""

from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Reply:
    """What an operation answered that this package does not know.

    Attributes:
        status: the HTTP status.
        content: the body as it came; empty if it went into a file.
        details: what the body holds as JSON, taken out of its envelope; None if it is
            no JSON.
    """

    status: int
    content: bytes = attrs.field(repr=False)
    details: Any = attrs.field(default=None, repr=False)
