"""Tokens: what is documented of create, get, list and delete."""

from contextlib import suppress

import pytest
import pytest_asyncio

from oneshot_async.errors import NotFoundError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def made(client, login):
    """The uid of a new token without a password."""
    before = await client.tokens.list()
    uid = (await client.tokens.create(login.username, pin=login.pin)).token_uid
    if uid in before:
        pytest.skip("somebody's token for these credentials must not be deleted")
    yield uid
    with suppress(NotFoundError):
        await client.tokens.delete(uid)


async def test_create_answers_a_uid(made, wire):
    """What was created is told in `details`."""
    status, message = map(wire.last.get, ("status", "message"))
    in_details = wire.last.get("details", {}).get("token_uid") == made
    dashes = [place for place, letter in enumerate(made) if letter == "-"]

    assert status == "success", "documented: the status is `success`"
    assert message == "Token created", "documented: this is the message"
    assert in_details, "documented: the uid is `token_uid` in `details`"
    assert dashes == [8, 13, 18, 23], "documented: it is a UUID with dashes"


async def test_token_tells_of_its_secrets_only_that_it_has_them(
    client, wire, made, login
):
    """What a token stands for is told, and its secrets are not."""
    token = await client.tokens.get(made)
    status, details = map(wire.last.get, ("status", "details"))
    of_the_officer = token.username == login.username
    has_pin = details.get("pin") == "true"
    leaks = login.pin in str(details)

    assert status == "success", "documented: the status is `success`"
    assert of_the_officer, "documented: the user name is told"
    assert token.rao_id, "documented: the officer's number is told as `rao_id`"
    assert has_pin, "documented: a secret that is there is the text `true`"
    assert not token.password, "concluded: a secret that is not there is not `true`"
    assert not leaks, "documented: secrets are never returned"


async def test_token_in_use_is_described(client, wire, token):
    """What the token that approves stands for is told in `details`."""
    await client.tokens.get(token)
    details = wire.last.get("details", {})
    named = set(details)
    flags = {details.get("password"), details.get("pin")}

    assert named >= {"username", "rao_id", "env"}, (
        "documented: a token tells `username`, `rao_id` and `env`"
    )
    assert flags <= {"true", None}, (
        "documented: a secret that is there is the text `true`"
    )


async def test_tokens_are_listed(client, token):
    """The token that approves is among those that are stored."""
    listed = token in await client.tokens.list()

    assert listed, "documented: the tokens that are stored are listed"


async def test_deleted_token_is_not_found(client, refused, made):
    """A token can be deleted."""
    await client.tokens.delete(made)

    with refused(NotFoundError, "documented: what is deleted is not found"):
        await client.tokens.get(made)
