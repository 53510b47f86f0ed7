"""The tag Requests: what is sent and what comes back."""

import json

import pytest

from oneshot_async import (
    Appearance,
    Countersignature,
    DeliveryMethod,
    DocumentSignature,
    Rectangle,
    RequestStatus,
    RequestUpdate,
    SignatureParameters,
)
from oneshot_async.errors import InvalidInputError


@pytest.fixture
async def listening(open_client):
    """A client of the listener, with nothing but its URL."""
    return await open_client()


async def test_request_is_read(client, pk, signer):
    """A request tells its status, the person and its secrets."""
    request = await client.requests.get(pk)

    assert (request.pk, request.status) == (pk, RequestStatus.ENROLLREADY)
    assert (request.given_name, request.email) == (signer.given_name, signer.email)
    assert request.registration_authority == "3"
    assert request.secrets.pin
    assert request.secrets.pin not in repr(request)


async def test_asynchronous_request_is_approved_later(simulator, client, signer):
    """In the asynchronous mode the answer comes before the approval."""
    created = await client.requests.create(signer, useasync=True)
    before = await client.requests.get(created.pk)

    assert created.asyncmode is True
    assert before.status == RequestStatus.CREATED


async def test_update_is_carried_out(client, pk):
    """An update changes what it names, and answers with the request as it is then."""
    request = await client.requests.get(pk)
    update = RequestUpdate(
        scratchcard=request.scratchcard,
        email="other@example.com",
        registration_authority="3",
        profile="PFnubeQAFCiudadano",
        country_name="ES",
        given_name="Other",
    )

    updated = await client.requests.update(pk, update)

    assert (updated.email, updated.given_name) == ("other@example.com", "Other")
    assert updated.surname_1 == request.surname_1


async def test_update_leaves_out_what_is_not_given(listener, listening):
    """Fields that are not to be changed are not sent."""
    listener.answer = {"pk": 7, "status": "VIDEOREVIEW"}
    update = RequestUpdate(
        scratchcard="1",
        email="a@b.es",
        registration_authority="3",
        profile="profile",
        country_name="ES",
    )

    await listening.requests.update(7, update)

    assert listener.calls == ["PUT /request/7"]
    assert listener.json == {
        "scratchcard": "1",
        "email": "a@b.es",
        "registration_authority": "3",
        "profile": "profile",
        "country_name": "ES",
    }


async def test_cancelled_request_is_cancelled(client, pk):
    """A cancelled request stays, as cancelled."""
    await client.requests.cancel(pk)

    assert (await client.requests.get(pk)).status == RequestStatus.CANCELLED


async def test_contract_is_a_pdf(client, pk, tmp_path):
    """The contract comes in memory or as a file."""
    content = await client.requests.contract(pk)
    path = await client.requests.contract(pk, to=tmp_path / "contract.pdf")

    assert content.startswith(b"%PDF")
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("method", "default", "sent"),
    [
        (None, None, {}),
        ("sms", None, {"delivery_method": "sms"}),
        (DeliveryMethod.WHATSAPP, None, {"delivery_method": "whatsapp"}),
        (None, "whatsapp", {"delivery_method": "whatsapp"}),
        ("sms", "whatsapp", {"delivery_method": "sms"}),
    ],
)
async def test_code_goes_the_way_that_is_asked_for(
    listener, open_client, method, default, sent
):
    """The way of the code is sent if the call or the client names one."""
    listener.answer = {"status": "success", "detail": "OTP successfully sent"}
    client = await open_client(delivery_method=default)

    await client.requests.generate_otp(7, delivery_method=method)

    assert (listener.calls, listener.json) == (["POST /otp/7"], sent)


@pytest.mark.parametrize("method", ["sms", "whatsapp"])
async def test_code_arrives(simulator, client, pk, method):
    """A code arrives on the person's telephone, either way."""
    await client.requests.generate_otp(pk, delivery_method=method)

    assert [sms.phone for sms in simulator.sms] == ["+34600000000"]


async def test_signature_carries_what_is_given(listener, listening):
    """All that a signature may say is sent by its name on the wire, and no more."""
    listener.answer = {"status": "success", "detail": {"request": 7}}
    look = Appearance(text=["%(CN)s"], position=Rectangle(1, 2, 3, 4), b64_image=b"img")

    answer = await listening.requests.sign(
        7,
        " 123456 ",
        signature=SignatureParameters(appearance=look, use_tsa=True),
        countersignature=Countersignature(username="u", password="p", pin="1"),
        signature_by_doc={"uid": DocumentSignature(usecountersignature=True)},
        ext_unlock_type="type",
        ext_unlock_value="value",
    )

    assert answer.request == 7
    sent = json.loads(json.dumps(listener.json))
    appearance = sent["signature"].pop("appearance")
    assert appearance["text"] == ["%(CN)s"]
    assert appearance["position"] == "1,2,3,4"
    assert sent == {
        "secret": "123456",
        "signature": {"use_tsa": True},
        "countersignature": {"username": "u", "password": "p", "pin": "1"},
        "signature_by_doc": {"uid": {"usecountersignature": True}},
        "ext_unlock_type": "type",
        "ext_unlock_value": "value",
    }


async def test_plain_signature_carries_the_code_alone(listener, listening):
    """Without anything else, only the code is sent; a text is answer enough."""
    listener.answer = {"status": "success", "message": "going to be signed"}

    answer = await listening.requests.sign(7, "123456")

    assert listener.json == {"secret": "123456"}
    assert answer.request is None


async def test_empty_code_is_not_sent(listener, listening):
    """A code without a character is refused and nothing is sent."""
    with pytest.raises(InvalidInputError, match="empty"):
        await listening.requests.sign(7, " ")

    assert listener.calls == []
