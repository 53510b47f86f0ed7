"""``python -m oneshot_async``, the same as the command ``oneshot-async``."""

import sys

from .errors import MissingExtraError


def main() -> None:
    """Run the command line, or say how to install it."""
    try:
        from .cli import command_line
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.exit(f"error: {MissingExtraError('cli', 'the command line')}")
    command_line(prog_name="oneshot-async")


if __name__ == "__main__":
    main()
