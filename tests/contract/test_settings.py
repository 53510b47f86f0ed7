"""Settings: what the older generation documents is there or not found."""

from contextlib import suppress

import pytest

from oneshot_async.errors import NotFoundError

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLDER = "documented for the older generation"


@pytest.fixture(params=["older", "newer"])
def generation(request, simulator):
    """Which generation a simulator is of; a real Optimizer knows that itself."""
    if simulator is not None:
        simulator.features.settings = request.param == "older"
    yield
    if simulator is not None:
        simulator.features.settings = False


async def test_greeting_is_answered_or_not_found(client, generation):
    """A greeting is answered, or there is no such operation."""
    with suppress(NotFoundError):
        await client.settings.hello()


async def test_version_is_told_or_not_found(client, generation):
    """The version is told by its number, or there is no such operation."""
    with suppress(NotFoundError):
        version = await client.settings.version()

        assert version.version, f"{OLDER}: the version is told"


async def test_settings_are_told_or_not_found(client, generation):
    """Settings come section by section, or there is no such operation."""
    with suppress(NotFoundError):
        settings = await client.settings.get()

        assert not settings.extra, (
            f"{OLDER}: the sections are tsa, request, billing, proxy and general"
        )


async def test_settings_are_taken_or_not_found(client, simulated, generation):
    """Settings can be changed, or there is no such operation."""
    with suppress(NotFoundError):
        await client.settings.update({"general": {"usepdfclean": True}})

        general = (await client.settings.get()).general
        assert general["usepdfclean"] is True, f"{OLDER}: settings are saved"
