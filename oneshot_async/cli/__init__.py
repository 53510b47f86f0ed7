"""The command line; `group` lists its commands."""

from .group import command_line

__all__ = ["command_line"]
