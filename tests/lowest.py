"""Installs the lowest version of whatever the package says it needs."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
NEEDED = re.compile(r"([\w-]+)>=([\w.]+)")
# One of the tests' own tools, of which only the version of the package's fits.
PAIRED = re.compile("opentelemetry-sdk.*")


def lowest() -> list[str]:
    """Return what the package and its extras need, each in its lowest version."""
    said = tomllib.loads(PYPROJECT.read_text())
    project, tools = said["project"], said["dependency-groups"]["tests"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    needed = [*project["dependencies"], *extras, *filter(PAIRED.fullmatch, tools)]
    known = filter(None, map(NEEDED.fullmatch, needed))
    return [f"{found[1]}=={found[2]}" for found in known]


if __name__ == "__main__":
    command = [sys.executable, "-m", "pip", "install", "--quiet", *lowest()]
    sys.exit(subprocess.call(command))
