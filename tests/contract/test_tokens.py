"""Tokens: what is documented of create, get, list and delete."""

from contextlib import suppress
from uuid import UUID

import pytest
import pytest_asyncio

from oneshot_async.errors import NotFoundError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def made(client, login):
    """The uid of a new token without a password; one that was there before stays."""
    before = await client.tokens.list()
    created = await client.tokens.create(login.username, pin=login.pin)
    yield created.token_uid
    if created.token_uid not in before:
        with suppress(NotFoundError):
            await client.tokens.delete(created.token_uid)


async def test_create_answers_a_uid(made, wire):
    """What was created is told in `details`."""
    answer = wire.last

    assert answer["status"] == "success", "documented: the status is `success`"
    assert answer["message"] == "Token created", "documented: this is the message"
    assert str(UUID(answer["details"]["token_uid"])) == made, (
        "documented: the uid of a token is a UUID with dashes"
    )


async def test_token_tells_of_its_secrets_only_that_it_has_them(
    client, wire, made, login
):
    """What a token stands for is told, and its secrets are not."""
    token = await client.tokens.get(made)
    details = wire.last["details"]

    assert wire.last["status"] == "success", "documented: the status is `success`"
    assert token.username == login.username, "documented: the user name is told"
    assert token.rao_id, "documented: the officer's number is told as `rao_id`"
    assert details["pin"] == "true", "documented: a secret that is there is a `true`"
    assert not token.password, "concluded: a secret that is not there is no `true`"
    assert login.pin not in str(wire.last), "documented: secrets are never returned"


async def test_token_in_use_is_described(client, wire, token):
    """What the token that approves stands for is told in `details`."""
    await client.tokens.get(token)
    details = wire.last["details"]

    assert details.keys() >= {"username", "rao_id", "env"}, (
        "documented: a token tells `username`, `rao_id` and `env`"
    )
    assert {details.get("password"), details.get("pin")} <= {"true", None}, (
        "documented: a secret that is there is the text `true`"
    )


async def test_tokens_are_listed(client, token):
    """The token that approves is among those that are stored."""
    assert token in await client.tokens.list(), "documented: all tokens are listed"


async def test_deleted_token_is_not_found(client, made):
    """A token can be deleted."""
    await client.tokens.delete(made)

    with pytest.raises(NotFoundError):
        await client.tokens.get(made)
