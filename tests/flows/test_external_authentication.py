"""Signing with the customer's own means in place of our code."""

import json

import pytest

from oneshot_async.errors import BadRequestError, CredentialsError

EXTERNAL = {"ext_unlock_type": "biometric", "ext_unlock_value": "12345678"}
OWN_CODE = "the customer's code"


@pytest.fixture
async def begun(connect, simulator, wire, person, pdf):
    simulator.features.external_authentication = True
    client = await connect(session=wire.session)
    return await client.begin(person(), [pdf, pdf])


async def test_both_fields_go_with_the_own_code(begun, wire, checks, times):
    """The signature is unlocked by exactly these three, and no code is sent."""
    signed = await begun.sign(OWN_CODE, **EXTERNAL)

    for each in signed:
        (check,) = await checks(each.content)
        assert check.valid
    assert json.loads(wire.bodies["sign"]) == {"secret": OWN_CODE, **EXTERNAL}
    assert times() == {"create": 1, "otp": 0, "sign": 1}


@pytest.mark.parametrize("missing", EXTERNAL)
async def test_one_field_alone_is_refused(begun, missing):
    """Whoever gives one of the two is told of the other."""
    given = {name: value for name, value in EXTERNAL.items() if name != missing}

    with pytest.raises(BadRequestError, match=missing):
        await begun.sign(OWN_CODE, **given)


async def test_it_has_to_be_agreed_upon(begun, simulator, telephone):
    """Elsewhere it is refused, even with the right code."""
    simulator.features.external_authentication = False

    with pytest.raises(CredentialsError, match="permission"):
        await begun.sign(await telephone.code_for(begun), **EXTERNAL)
