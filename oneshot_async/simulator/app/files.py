"""The files of this package that pages are made of."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable


def files_in(folder: str) -> dict[str, bytes]:
    """Read all files in a folder of this package, by their path within it."""
    return dict(_read(files("oneshot_async.simulator.app") / folder))


def _read(folder: Traversable, within: str = "") -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _read(each, f"{within}{each.name}/")
        else:
            yield within + each.name, each.read_bytes()
