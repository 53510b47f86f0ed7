"""``python -m oneshot_async``, the same as the command ``oneshot-async``."""

import sys

from .errors import MissingExtraError


def main() -> None:
    """Run the command line, or say how to install it."""
    try:
        from .cli import oneshot_async
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.exit(str(MissingExtraError("cli", "the command line")))
    oneshot_async()


if __name__ == "__main__":
    main()
