"""Values of another kind are refused by their names, and nothing is sent."""

import pytest

from oneshot_async import RaoToken, RequestPk
from oneshot_async.errors import InvalidInputError

PK = RequestPk(7)
DEFAULTS = {"rao": RaoToken("t"), "profile": "p", "registration_authority": "1"}


def creating(**options):
    return lambda client, signer: client.requests.create(signer, **options)


def identifying(**options):
    person = {"mobile_phone_number": "+34600000000", "email": "a@b.es"}
    return lambda client, _: client.videoid.create(**person, **options)


CALLS = [
    (creating(profile=1), "profile: give text, not int"),
    (creating(registration_authority=1000), "registration_authority: give text"),
    (creating(env=1), "env: give text, not int"),
    (creating(communication_language=1), "communication_language: give text"),
    (creating(rao="tok"), "rao: give a RaoToken or a RaoLogin, not str"),
    (creating(billing="x"), "billing: give a Billing, not str"),
    (identifying(profile=1), "profile: give text, not int"),
    (identifying(billing="x"), "billing: give a Billing, not str"),
    (
        lambda client, _: client.videoid.approve(7, rao_id="1", rao="tok"),
        "rao: give a RaoToken or a RaoLogin, not str",
    ),
    (
        lambda client, _: client.requests.sign(PK, 123456),
        "code: give text, which keeps its zeros, not int",
    ),
    (lambda client, _: client.requests.sign(PK, None), "code: give text.*, not None"),
    (
        lambda client, _: client.call("POST /a", form={"number": 1}),
        "number: give text, not int",
    ),
]


@pytest.mark.parametrize(("call", "said"), CALLS)
async def test_value_of_another_kind_is_not_sent(
    listener, open_client, signer, call, said
):
    """It is told which value is meant, what to give, and what was given instead."""
    client = await open_client(**DEFAULTS)

    with pytest.raises(InvalidInputError, match=said):
        await call(client, signer)

    assert listener.calls == []
