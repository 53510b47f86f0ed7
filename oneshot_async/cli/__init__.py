"""The command line: `demo`, `simulate`, `listen` and `sign`."""

from .group import command_line

__all__ = ["command_line"]
