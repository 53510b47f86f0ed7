"""What only some Optimizers offer: the older settings, external authentication."""

import pytest

EXTERNAL = {"ext_unlock_type": "biometric", "ext_unlock_value": "12345678"}


@pytest.fixture
def older(simulator):
    simulator.features.settings = True


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/hello"), ("GET", "/version"), ("GET", "/settings")],
)
async def test_settings_are_not_offered_at_first(api, method, path):
    """Like the newer generation, a simulator knows nothing of settings."""
    reply = await api.call(method, path)

    assert (reply.status, reply.body) == (404, {"detail": "Not Found"})


async def test_older_generation_says_hello(api, older):
    """With the feature on, the service greets in the older envelope."""
    reply = await api.call("GET", "/hello")

    assert reply.body == {"status": "200 OK", "details": "Hello"}


async def test_version_names_the_service(api, older):
    """The version is a text beside the service's name."""
    reply = await api.call("GET", "/version")

    assert reply.body["details"].keys() == {"info", "version", "name"}


async def test_settings_can_be_changed_in_part(api, older):
    """What an update does not name stays as it was."""
    before = (await api.call("GET", "/settings")).body["details"]
    change = {"tsa": {"tsa_url": "https://tsa.example"}}
    saved = await api.call("POST", "/settings", json=change)
    after = (await api.call("GET", "/settings")).body["details"]

    assert saved.body["details"] == "Settings saved successfully"
    assert after == before | change


@pytest.mark.parametrize("body", [{"tsa": {"tsa_url": "x"}, "other": {}}, {"tsa": 1}])
async def test_unknown_settings_change_nothing(api, older, body):
    """An update with a wrong section is refused as a whole."""
    before = (await api.call("GET", "/settings")).body
    reply = await api.call("POST", "/settings", json=body)

    assert reply.status == 422
    assert (await api.call("GET", "/settings")).body == before


async def test_external_authentication_needs_no_code(api, ready):
    """Where it is offered, any secret of the customer's signs; no SMS is sent."""
    api.simulator.features.external_authentication = True
    reply = await api.sign(ready, secret="the customer's", **EXTERNAL)

    assert reply.status == 200
    assert len(api.simulator.sms) == 0


async def test_external_authentication_is_refused_where_not_offered(api, ready):
    """Without the agreement it takes, not even the right code helps."""
    reply = await api.sign(ready, secret=await api.code(ready), **EXTERNAL)

    said = "You do not have permission to perform this action"
    assert reply.refusal == (403, said)
    assert api.simulator.requests[ready].status == "ENROLLREADY"


@pytest.mark.parametrize("missing", EXTERNAL)
async def test_external_authentication_takes_both_keys(api, ready, missing):
    """A kind without a value, or the reverse, is refused."""
    api.simulator.features.external_authentication = True
    one = {key: value for key, value in EXTERNAL.items() if key != missing}
    reply = await api.sign(ready, secret="x", **one)

    assert reply.refusal == (400, f"Missing required parameter: '{missing}'")


async def test_external_authentication_takes_a_secret(api, ready):
    """The customer's code must not be empty."""
    api.simulator.features.external_authentication = True
    reply = await api.sign(ready, secret="", **EXTERNAL)

    assert reply.refusal == (400, "Missing required parameter: 'secret'")
