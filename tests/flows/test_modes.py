"""The two modes of the service: with callbacks later on, or all in the answers."""

import pytest


@pytest.fixture
async def hearing(connect, wire, inbox, receiver):
    """A client that has an inbox and callback URLs."""
    return await connect(session=wire.session, inbox=inbox, callbacks=receiver.urls)


async def test_synchronous_mode_sends_no_callback(
    hearing, whole_flow, wire, simulator, inbox, times
):
    """A client that could take callbacks asks for none, and nothing is waited for."""
    await whole_flow(hearing, useasync=False)

    assert b'"callback"' not in wire.bodies["create"]
    assert b'"useasync"' not in wire.bodies["create"]
    assert (len(simulator.callbacks), inbox.statistics().delivered) == (0, 0)
    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_synchronous_mode_needs_no_inbox(connect, simulator, whole_flow, checks):
    """The plainest client signs, and each look finds what was waited for at once."""
    client = await connect()

    (signed,) = await whole_flow(client, useasync=False)

    (check,) = await checks(signed.content)
    assert check.valid
    assert list(simulator.calls).count(("GET", "/request/{pk}")) == 2


async def test_asynchronous_mode_asks_for_callbacks(
    hearing, person, pdf, wire, simulator, receiver
):
    """The create carries the flag and a URL of its own, to which the callbacks come."""
    signing = await hearing.begin(person(), [pdf])

    (url,) = {record.url for record in simulator.callbacks}
    assert url.encode() in wire.bodies["create"]
    assert b'name="useasync"\r\n\r\ntrue\r\n' in wire.bodies["create"]
    assert signing.state["correlation"] in url


async def test_each_step_calls_back_once(hearing, whole_flow, simulator, inbox, until):
    """The inbox hears of the creation, the approval and the certificate, in order."""
    await whole_flow(hearing)
    await until(lambda: inbox.statistics().delivered == 3)

    heard = [record.body["request"]["status"] for record in simulator.callbacks]
    assert heard == ["CREATED", "ENROLLREADY", "ISSUED"]
