"""client.settings: what the older generation has and the newer one has not."""

import pytest

from oneshot_async.errors import NotFoundError


@pytest.fixture
def older(simulator):
    simulator.features.settings = True


@pytest.mark.parametrize("name", ["hello", "version", "get"])
async def test_newer_optimizers_have_no_settings(client, name):
    """Where the operations are gone, the error says that nothing is there."""
    with pytest.raises(NotFoundError):
        await getattr(client.settings, name)()


async def test_newer_optimizers_take_no_settings(client):
    """Nor can settings be changed there."""
    with pytest.raises(NotFoundError):
        await client.settings.update({"tsa": {"tsa_url": "https://tsa.example"}})


async def test_hello_returns_when_somebody_is_there(client, older):
    """An Optimizer of the older generation answers a greeting."""
    assert await client.settings.hello() is None


async def test_version_is_text(client, older):
    """The version comes with the name of the service and of its system."""
    version = await client.settings.version()

    assert (version.name, version.version) == ("Simulator", "1.5.0")
    assert version.info == {"system": "simulated"}


async def test_update_changes_what_it_names(client, older):
    """A change of one setting leaves the others of its section."""
    before = await client.settings.get()
    await client.settings.update({"general": {"usepdfclean": True}})
    after = await client.settings.get()

    assert after.general == {**before.general, "usepdfclean": True}
    assert (after.billing, after.tsa) == (before.billing, before.tsa)


async def test_settings_do_not_show_the_password(client, simulator, older):
    """The billing account is in the settings, but not in their repr."""
    settings = await client.settings.get()

    assert settings.billing["billing_username"] == simulator.billing_username
    assert simulator.billing_username not in repr(settings)
