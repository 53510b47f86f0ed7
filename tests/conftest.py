"""What holds for every test: nothing blocks the loop, and how far hypothesis goes."""

import os
import shutil

import pytest
from blockbuster import BlockBuster
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fast",
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "ci", settings.get_profile("fast"), max_examples=50, derandomize=True
)
settings.load_profile("ci" if os.environ.get("CI") else "fast")


def pytest_runtest_setup(item):
    """Skip, outside CI only, what needs a program that is not installed."""
    for needs in item.iter_markers("needs"):
        (program,) = needs.args
        if shutil.which(program) is None and "CI" not in os.environ:
            pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def watchdog():
    return BlockBuster("oneshot_async")


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop(watchdog):
    """Fail a test in which a call of the package blocks the event loop."""
    watchdog.activate()
    yield
    watchdog.deactivate()
