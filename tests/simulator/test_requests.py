"""Reading, changing and cancelling a request, its contract and its codes."""

import pytest


async def test_get_request_has_no_envelope(api):
    """A request is answered bare, beside the secrets of its scratchcard."""
    pk = await api.create()

    reply = await api.call("GET", f"/request/{pk}")

    assert set(reply.body) == {"secrets", "request"}
    assert set(reply.body["secrets"]) == {"puk", "enrollment_code", "pin", "erc"}
    assert reply.body["request"]["pk"] == pk
    assert reply.body["request"]["registration_authority"] == 3
    assert "titile" in reply.body["request"]


async def test_a_long_registration_authority_stays_text(api):
    """What has more digits than a number can have is answered as it came."""
    digits = "9" * 5000
    pk = await api.create(registration_authority=digits)

    reply = await api.call("GET", f"/request/{pk}")

    assert reply.body["request"]["registration_authority"] == digits


async def test_update_changes_a_request(api):
    """An update answers the bare request with the new values."""
    pk = await api.create()

    reply = await api.call("PUT", f"/request/{pk}", json=update_of(api, pk))
    read = await api.call("GET", f"/request/{pk}")

    assert reply.body["given_name"] == "Other"
    assert read.body["request"]["given_name"] == "Other"


async def test_update_asks_for_the_scratchcard(api):
    """An update that does not know the scratchcard is refused."""
    pk = await api.create()
    body = update_of(api, pk) | {"scratchcard": "wrong"}

    reply = await api.call("PUT", f"/request/{pk}", json=body)

    assert reply.status == 500
    assert "Invalid ScratchCard" in reply.refusal[1]


def update_of(api, pk):
    return {
        "scratchcard": api.simulator.requests[pk].scratchcard,
        "email": "other@example.com",
        "registration_authority": "3",
        "profile": "PFnubeQAFCiudadano",
        "country_name": "ES",
        "given_name": "Other",
    }


async def test_delete_cancels_a_request(api):
    """Deleting a request cancels it."""
    pk = await api.create()

    reply = await api.call("DELETE", f"/request/{pk}")

    assert reply.body == {"status": "success", "message": f"Request {pk} deleted"}
    assert api.simulator.requests[pk].status == "CANCELLED"


async def test_contract_is_a_pdf(api):
    """The contract comes as a PDF."""
    pk = await api.create()

    reply = await api.call("GET", f"/contract/{pk}")

    assert reply.status == 200
    assert reply.body.startswith(b"%PDF")


async def test_otp_sends_a_message(api):
    """A code goes to the person's telephone, and the answer does not tell it."""
    pk = await api.create()

    reply = await api.call("POST", f"/otp/{pk}", json={"delivery_method": "whatsapp"})
    sms = await api.simulator.next_sms("+34600000000")

    assert reply.body == {
        "status": "success",
        "detail": "OTP successfully sent to ***00",
    }
    assert sms.code in sms.text
    assert sms.code not in repr(api.simulator.sms)


async def test_otp_twice_in_a_minute(api):
    """The second code within a minute is refused, later it is sent."""
    pk = await api.create()
    await api.code(pk)

    refused = await api.call("POST", f"/otp/{pk}")
    api.simulator.clock.advance(60)
    sent = await api.call("POST", f"/otp/{pk}")

    assert refused.refusal == (
        412,
        "Error occured during OTP generation: Otp generated less than a minute ago",
    )
    assert sent.status == 200


async def test_otp_knows_two_ways_of_delivery(api):
    """A way of delivery other than the two is refused."""
    pk = await api.create()

    reply = await api.call("POST", f"/otp/{pk}", json={"delivery_method": "pigeon"})

    assert reply.status == 422


async def test_update_needs_its_fields(api):
    """An update without one of the required fields is refused."""
    pk = await api.create()
    body = update_of(api, pk)
    del body["email"]

    reply = await api.call("PUT", f"/request/{pk}", json=body)

    assert reply.refusal == (400, "Missing required parameter: 'email'")


@pytest.mark.parametrize("status", ["ISSUED", "CANCELLED"])
async def test_what_is_over_is_not_updated(api, status):
    """A request that is issued or cancelled cannot be changed."""
    pk = await api.create()
    api.simulator.force(pk, status)

    reply = await api.call("PUT", f"/request/{pk}", json=update_of(api, pk))

    assert reply.refusal == (412, "Invalid request status")
