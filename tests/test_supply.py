"""What the package needs, and that the lowest versions of it can be tested."""

import re
import runpy
import tomllib
from itertools import chain
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def test_every_need_has_a_lowest_version():
    """Each has one bound, the lowest, and the tests can be run with just that."""
    extras = chain.from_iterable(EXTRAS.values())
    foreign = (line for line in extras if not line.startswith("oneshot-async["))
    needed = [*PROJECT["dependencies"], *foreign]
    pinned = runpy.run_path(str(HERE / "lowest.py"))["lowest"]()

    assert all(re.fullmatch(r"[\w-]+>=[\d.]+", line) for line in needed)
    assert {line.replace(">=", "==") for line in needed} <= set(pinned)


def test_everything_is_in_all():
    """The extra `all` has every other one."""
    (everything,) = EXTRAS["all"]

    named = re.fullmatch(r"oneshot-async\[(.*)\]", everything)[1].split(",")
    assert sorted(named) == sorted(set(EXTRAS) - {"all"})
