"""The tag Tokens: what is sent, what comes back, what is refused."""

import pytest

from oneshot_async import Token
from oneshot_async.errors import (
    ApiError,
    BadRequestError,
    CredentialsError,
    InvalidInputError,
    NotFoundError,
    UnexpectedResponseError,
)

UID = "00000000-0000-4000-8000-000000000000"


async def test_create_sends_what_is_given(listener, open_client):
    """A token is created from what was given; what was left out is not sent."""
    listener.answer = {"status": "success", "details": {"token_uid": UID}}
    client = await open_client(env="prod")

    created = await client.tokens.create("officer", pin="1234")

    assert created.token_uid == UID
    assert listener.calls == ["POST /token"]
    assert listener.json == {"username": "officer", "pin": "1234", "env": "prod"}


async def test_create_may_name_another_environment(listener, open_client):
    """What a call says goes before what the client was given."""
    listener.answer = {"status": "success", "details": {"token_uid": UID}}
    client = await open_client(env="prod")

    await client.tokens.create("officer", env="sandbox")

    assert listener.json["env"] == "sandbox"


async def test_token_lives_and_dies(simulator, client):
    """A new token can be used, looked at, listed and deleted."""
    created = await client.tokens.create(simulator.rao_username, pin=simulator.rao_pin)
    token = await client.tokens.get(created.token_uid)
    listed = await client.tokens.list()
    await client.tokens.delete(created.token_uid)

    assert token == listed[created.token_uid]
    assert (token.username, token.password, token.pin) == (
        simulator.rao_username,
        None,
        True,
    )
    assert created.token_uid not in await client.tokens.list()


@pytest.mark.parametrize(
    "details",
    [
        {UID: {"username": "1", "pin": "true"}},
        [{"token_uid": UID, "username": "1", "pin": "true"}],
        [{"uid": UID, "username": 1, "pin": True}],
    ],
)
async def test_list_is_understood_in_every_form(listener, open_client, details):
    """Tokens come by their uid, whether they are sent as an object or as a list."""
    listener.answer = {"status": "success", "details": details}
    client = await open_client()

    (token,) = (await client.tokens.list()).values()

    assert isinstance(token, Token)
    assert (token.username, token.pin) == ("1", True)


async def test_list_of_another_kind_is_told(listener, open_client):
    """A list of tokens that is neither is told as unexpected."""
    listener.answer = {"status": "success", "details": "none"}
    client = await open_client()

    with pytest.raises(UnexpectedResponseError, match="GET /tokens"):
        await client.tokens.list()


@pytest.mark.parametrize("operation", ["get", "delete"])
async def test_unknown_token_is_refused(client, operation):
    """A token nobody created is not found."""
    with pytest.raises(NotFoundError, match="Token not found"):
        await getattr(client.tokens, operation)(UID)


@pytest.mark.parametrize("operation", ["get", "delete"])
@pytest.mark.parametrize("uid", ["", ".", ".."])
async def test_uid_that_is_none_is_refused(simulator, client, operation, uid):
    """An empty uid, or one that would change the path, is refused and not sent."""
    with pytest.raises(InvalidInputError):
        await getattr(client.tokens, operation)(uid)

    assert len(simulator.calls) == 0


@pytest.mark.parametrize(
    ("username", "others", "error"),
    [
        ("nobody", {}, CredentialsError),
        ("", {}, BadRequestError),
        ("known", {"password": "wrong"}, CredentialsError),
        ("known", {"pin": "wrong"}, CredentialsError),
        ("known", {"env": "moon"}, BadRequestError),
    ],
)
async def test_wrong_credentials_are_refused(
    simulator, client, username, others, error
):
    """Credentials of nobody make no token."""
    name = simulator.rao_username if username == "known" else username

    with pytest.raises(error):
        await client.tokens.create(name, **others)


async def test_same_credentials_make_one_token(simulator, client):
    """A second token for the same credentials is refused."""
    await client.tokens.create(simulator.rao_username)

    with pytest.raises(BadRequestError, match="already exist") as caught:
        await client.tokens.create(simulator.rao_username)

    assert isinstance(caught.value, ApiError)
    assert caught.value.operation == "POST /token"
