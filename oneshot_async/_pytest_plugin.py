"""The fixtures of the pytest plugin; `oneshot_async.testing` describes them.

It is installed as `_oneshot_async_pytest`: pytest imports every plugin in every run,
and a module of the package would bring the whole package with it.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from inspect import signature
from itertools import product
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:  # what they cost to import is the reason for this module
    from oneshot_async import Inbox, OneShotClient
    from oneshot_async.receiver import Receiver
    from oneshot_async.simulator import Simulator

T = TypeVar("T")

_FIXTURES = (
    "oneshot_simulator",
    "oneshot_inbox",
    "oneshot_receiver",
    "oneshot_client",
)
_ANYIO = "anyio"
_LOOP_SCOPES = ("function", "class", "module", "package", "session")
_MANAGER = pytest.StashKey[AbstractAsyncContextManager[Any]]()


@pytest.fixture
def oneshot_simulator(request: pytest.FixtureRequest) -> "Simulator":
    """A simulator of the Optimizer: switch its faults, advance its clock."""
    from oneshot_async.testing import quick_simulator

    return _entered(request, quick_simulator())


@pytest.fixture
def oneshot_inbox(request: pytest.FixtureRequest) -> "Inbox":
    """An open inbox in memory."""
    from oneshot_async import Inbox

    return _entered(request, Inbox())


@pytest.fixture
def oneshot_receiver(
    request: pytest.FixtureRequest, oneshot_inbox: "Inbox"
) -> "Receiver":
    """A receiver that delivers to the inbox; its `urls` mint callback URLs."""
    from oneshot_async.receiver import Receiver

    receiver = Receiver(oneshot_inbox, secrets=[secrets.token_hex()])
    return _entered(request, receiver)


@pytest.fixture
def oneshot_client(
    request: pytest.FixtureRequest,
    oneshot_simulator: "Simulator",
    oneshot_inbox: "Inbox",
    oneshot_receiver: "Receiver",
) -> "OneShotClient":
    """A client of the simulator, which is woken by its callbacks."""
    from oneshot_async.testing import client_for

    client = client_for(
        oneshot_simulator, inbox=oneshot_inbox, callbacks=oneshot_receiver.urls
    )
    return _entered(request, client)


def _entered(
    request: pytest.FixtureRequest, manager: AbstractAsyncContextManager[T]
) -> T:
    """Enter something where the test will run, and leave it there when it has ended.

    Each test has a plugin, and perhaps an event loop, of its own to run in. So what is
    asynchronous is left to a fixture that belongs to those, and asked for by name.
    """
    running = _what_runs(request)
    request.node.stash[_MANAGER] = manager
    entered: T = request.getfixturevalue(_private(request.fixturename, running))
    return entered


def _what_runs(request: pytest.FixtureRequest) -> str:
    if _is_run_by_asyncio(request):
        return _loop_scope(request)
    if "anyio_backend" in request.fixturenames:
        _check_backend(request.getfixturevalue("anyio_backend"))
        return _ANYIO
    pytest.fail(
        f"{request.fixturename} is for asynchronous tests: write `async def`, and have "
        "pytest-asyncio (0.24 or newer) or anyio run the test, by a marker or in their "
        "auto mode",
        pytrace=False,
    )


def _is_run_by_asyncio(request: pytest.FixtureRequest) -> bool:
    if not _has_asyncio(request.config):
        return False
    import pytest_asyncio  # it is loaded: it is a plugin

    return pytest_asyncio.is_async_test(request.node)


def _loop_scope(request: pytest.FixtureRequest) -> str:
    """Return which of pytest-asyncio's event loops runs the test."""
    marker = request.node.get_closest_marker("asyncio")
    if "loop_scope" in marker.kwargs:
        return str(marker.kwargs["loop_scope"])
    try:
        return str(request.config.getini("asyncio_default_test_loop_scope"))
    except ValueError:  # an older pytest-asyncio does not have that
        return "function"


def _check_backend(backend: str | tuple[str, object]) -> None:
    name = backend if isinstance(backend, str) else backend[0]
    if name != "asyncio":
        pytest.fail(
            f"aiohttp runs on asyncio, not on {name}: have a fixture `anyio_backend` "
            'return "asyncio"',
            pytrace=False,
        )


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures that belong to a plugin, before it looks for them."""
    private = ModuleType("oneshot_async_fixtures")
    runners = (_ANYIO, *(_LOOP_SCOPES if _has_asyncio(config) else ()))
    for public, running in product(_FIXTURES, runners):
        name = _private(public, running)
        setattr(private, name, _fixture(name, running))
    config.pluginmanager.register(private)


def _has_asyncio(config: pytest.Config) -> bool:
    """Tell whether pytest-asyncio runs tests; before 0.24 it cannot run these."""
    if not config.pluginmanager.has_plugin("asyncio"):
        return False
    import pytest_asyncio

    return "loop_scope" in signature(pytest_asyncio.fixture).parameters


def _private(name: str | None, running: str) -> str:
    return f"_{name}_{running}"


def _fixture(name: str, running: Any) -> object:
    """Return a fixture that enters what a test has got to enter."""

    async def enter(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
        async with request.node.stash[_MANAGER] as entered:
            yield entered

    if running == _ANYIO:
        return pytest.fixture(enter, name=name)
    import pytest_asyncio

    return pytest_asyncio.fixture(name=name, loop_scope=running)(enter)
