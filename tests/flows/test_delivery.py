"""How the one-time code reaches the person, and who decides it."""

import pytest

from oneshot_async import DeliveryMethod
from oneshot_async.errors import BadRequestError

SMS, WHATSAPP = DeliveryMethod


@pytest.mark.parametrize(
    ("of_client", "of_call", "used"),
    [
        (None, None, SMS),
        (None, WHATSAPP, WHATSAPP),
        (WHATSAPP, None, WHATSAPP),
        ("whatsapp", "sms", SMS),
    ],
)
async def test_a_code_comes_the_way_that_was_asked_for(
    connect, simulator, person, pdf, of_client, of_call, used
):
    """What is said for this code comes first, then what the client says, then SMS."""
    client = await connect(delivery_method=of_client)
    signing = await client.begin(person(), [pdf], useasync=False)

    await signing.send_otp(delivery_method=of_call)

    (message,) = simulator.sms
    assert (message.method, message.phone) == (used, person().mobile_phone_number)
    assert f"method={used}, " in repr(message)


async def test_a_code_from_whatsapp_signs(
    connect, simulator, wire, person, pdf, checks
):
    """Such a code is one like any other."""
    client = await connect(session=wire.session)
    signing = await client.begin(person(), [pdf])
    await signing.send_otp(delivery_method=WHATSAPP)
    message = await simulator.next_sms(person().mobile_phone_number)

    (signed,) = await signing.sign(message.code)

    (check,) = await checks(signed.content)
    assert check.valid
    assert wire.bodies["otp"] == b'{"delivery_method": "whatsapp"}'


async def test_another_way_is_refused_and_sends_nothing(client, simulator, person, pdf):
    """There are two ways, and a misspelt one does not become an SMS."""
    signing = await client.begin(person(), [pdf])

    with pytest.raises(BadRequestError, match="whatsapp"):
        await signing.send_otp(delivery_method="whats-app")

    assert len(simulator.sms) == 0
