"""The number that a request goes by."""

from typing import NewType

RequestPk = NewType("RequestPk", int)
"""The number of a request; not to be mixed up with the number of a Video ID."""
