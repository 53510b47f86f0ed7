"""Files on their way to the Optimizer."""

import os
import re
from collections.abc import AsyncIterable, Callable
from pathlib import Path

import attrs

from oneshot_async._discretion import discreet
from oneshot_async._texts import check_line
from oneshot_async.errors import InvalidInputError

FileSource = bytes | str | os.PathLike[str] | Callable[[], AsyncIterable[bytes]]
"""Where a file's bytes come from: a path, the bytes, or a function that makes a stream.

A function is called anew for each attempt, so that a file is never sent half or empty.
"""

_CONTENT_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( *;[ -~]*)?", re.ASCII)


@discreet
@attrs.frozen(kw_only=True)
class File:
    """One file to upload: its content, and the name and type it goes by."""

    content: bytes | Path | Callable[[], AsyncIterable[bytes]] = attrs.field(repr=False)
    name: str = attrs.field(repr=False)
    content_type: str = "application/octet-stream"

    def __attrs_post_init__(self) -> None:
        check_line(self.name, "the name of a file to send")
        if not _CONTENT_TYPE.fullmatch(self.content_type):
            raise InvalidInputError("content_type is none: give one as image/png is")

    @classmethod
    def of(cls, source: "FileSource | File", name: str, content_type: str) -> "File":
        """Make a file from any source; a path brings its own name."""
        if isinstance(source, File):
            return source
        if isinstance(source, str | os.PathLike):
            path = Path(os.fspath(source))
            return cls(content=path, name=path.name, content_type=content_type)
        if not isinstance(source, bytes) and not callable(source):
            raise InvalidInputError(
                f"{name}: give a path, bytes or a function that returns a stream, "
                f"not {type(source).__name__}"
            )
        return cls(content=source, name=name, content_type=content_type)


@attrs.frozen(kw_only=True)
class Transfer:
    """How far an upload or a download has come.

    ``total`` is None where the size is not known beforehand.
    """

    name: str = attrs.field(repr=False)
    done: int
    total: int | None


Progress = Callable[[Transfer], None]
"""Called in the event loop after each chunk of an upload or a download."""
