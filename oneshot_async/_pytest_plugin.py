"""The fixtures of the pytest plugin; `oneshot_async.testing` describes them.

It is installed as `_oneshot_async_pytest`: pytest imports every plugin in every run,
and a module of the package would bring the whole package with it.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
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
    if _has_asyncio(request.config) and _is_run_by_asyncio(request.node):
        marker = request.node.get_closest_marker("asyncio")
        default = request.config.getini("asyncio_default_test_loop_scope")
        return str(marker.kwargs.get("loop_scope", default))
    if "anyio_backend" in request.fixturenames:
        _check_backend(request.getfixturevalue("anyio_backend"))
        return "anyio"
    pytest.fail(
        f"{request.fixturename} is for asynchronous tests: write `async def`, and have "
        "pytest-asyncio or anyio run the test, by a marker or in their auto mode",
        pytrace=False,
    )


def _check_backend(backend: str | tuple[str, object]) -> None:
    name = backend if isinstance(backend, str) else backend[0]
    if name != "asyncio":
        pytest.fail(
            f"aiohttp runs on asyncio, not on {name}: have a fixture `anyio_backend` "
            'return "asyncio"',
            pytrace=False,
        )


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures that belong to a plugin, in as many as there are."""
    private = ModuleType("oneshot_async_fixtures")
    for name in _FIXTURES:
        anyio = _private(name, "anyio")
        setattr(private, anyio, pytest.fixture(_manager_of_the_test(), name=anyio))
        if _has_asyncio(config):
            for scope in _LOOP_SCOPES:
                asyncio = _private(name, scope)
                setattr(private, asyncio, _asyncio_fixture(asyncio, scope))
    config.pluginmanager.register(private)


def _has_asyncio(config: pytest.Config) -> bool:
    return config.pluginmanager.has_plugin("asyncio")


def _private(name: str | None, running: str) -> str:
    return f"_{name}_{running}"


def _is_run_by_asyncio(test: pytest.Item) -> bool:
    import pytest_asyncio  # it is loaded: it is a plugin

    return pytest_asyncio.is_async_test(test)


def _asyncio_fixture(name: str, loop_scope: Any) -> object:
    import pytest_asyncio

    make = pytest_asyncio.fixture(name=name, loop_scope=loop_scope)
    return make(_manager_of_the_test())


def _manager_of_the_test() -> Callable[..., AsyncIterator[Any]]:
    async def enter(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
        async with request.node.stash[_MANAGER] as entered:
            yield entered

    return enter
