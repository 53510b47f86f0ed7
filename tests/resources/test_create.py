"""The operation that creates a request: what is sent, and what is checked first."""

import base64

import attrs
import pytest

from oneshot_async import Billing, RaoLogin, RaoToken, RequestStatus
from oneshot_async.errors import InvalidInputError

LOGIN = RaoLogin(username="officer", password="word", pin="1234")
CREATED = {"status": "success", "details": {"pk": "7", "status": "CREATED"}}
DEFAULTS = {
    "rao": RaoToken("a-token"),
    "billing": Billing(username="payer", password="pässword"),
    "env": "sandbox",
    "profile": "profile",
    "registration_authority": "3",
}


@pytest.fixture
async def listening(listener, open_client):
    """A client of the listener with all defaults."""
    listener.answer = CREATED
    return await open_client(**DEFAULTS)


async def test_create_sends_the_whole_form(listener, listening, signer):
    """A create carries the person, the client's defaults and the credentials."""
    created = await listening.requests.create(signer)

    assert (created.pk, created.status) == (7, RequestStatus.CREATED)
    assert listener.calls == ["POST /create"]
    assert {name: value.decode() for name, value in listener.form.items()} == {
        "given_name": "Łukasz",
        "surname_1": "Gómez",
        "id_document_type": "IDC",
        "id_document_country": "ES",
        "serial_number": "0000000T",
        "email": "someone@example.com",
        "mobile_phone_number": "+34600000000",
        "profile": "profile",
        "registration_authority": "3",
        "env": "sandbox",
        "token": "a-token",
        "billing_username": "payer",
        "billing_password": base64.b64encode("pässword".encode()).decode(),
    }


async def test_create_may_override_every_default(listener, listening, signer):
    """What a call says goes before what the client was given."""
    await listening.requests.create(
        signer,
        profile="another",
        registration_authority="4",
        rao=LOGIN,
        billing=Billing(username="other", password="pay"),
        env="prod",
        communication_language="EN",
    )

    sent = {name: value.decode() for name, value in listener.form.items()}
    assert "token" not in sent
    assert (
        sent.items()
        >= {
            "profile": "another",
            "registration_authority": "4",
            "username": "officer",
            "password": "word",
            "pin": "1234",
            "billing_username": "other",
            "billing_password": "cGF5",
            "env": "prod",
            "communication_language": "EN",
        }.items()
    )


async def test_create_carries_images(listener, listening, signer, tmp_path):
    """Pictures of the identity document are sent as they are."""
    (tmp_path / "front.jpg").write_bytes(b"\xff\xd8front")
    person = attrs.evolve(
        signer,
        document_front=tmp_path / "front.jpg",
        document_rear=b"\xff\xd8rear",
    )

    await listening.requests.create(person)

    assert listener.form["document_front"] == b"\xff\xd8front"
    assert listener.form["document_rear"] == b"\xff\xd8rear"
    assert "document_owner" not in listener.form


async def test_asynchronous_create_carries_the_callback(listener, listening, signer):
    """The asynchronous mode and its callback URL are two more fields."""
    url = "https://sign.example.com/callbacks/token"

    await listening.requests.create(signer, useasync=True, callback=url)

    assert listener.form["useasync"] == b"true"
    assert listener.form["callback"].decode() == url


async def test_callback_without_useasync_is_refused(listener, listening, signer):
    """A callback that would never be called is refused and nothing is sent."""
    with pytest.raises(InvalidInputError, match="useasync"):
        await listening.requests.create(signer, callback="https://x.example.com")

    assert listener.calls == []


@pytest.mark.parametrize("missing", ["rao", "profile", "registration_authority"])
async def test_what_is_missing_is_told_first(listener, open_client, signer, missing):
    """What a create cannot do without is asked for before anything is sent."""
    given = {name: value for name, value in DEFAULTS.items() if name != missing}
    client = await open_client(**given)

    with pytest.raises(InvalidInputError, match=missing):
        await client.requests.create(signer)

    assert listener.calls == []


async def test_what_the_optimizer_knows_may_be_left_out(listener, open_client, signer):
    """Billing and environment may stand in the Optimizer's own settings."""
    listener.answer = CREATED
    client = await open_client(rao=LOGIN, profile="profile", registration_authority="3")

    await client.requests.create(signer)

    assert not {"env", "billing_username", "billing_password"} & listener.form.keys()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mobile_phone_number", "600000000"),
        ("email", "someone"),
        ("given_name", " "),
        ("surname_1", ""),
        ("serial_number", ""),
        ("id_document_country", "Spain"),
    ],
)
def test_person_is_checked_first(signer, field, value):
    """What the service is known to refuse about a person is never sent."""
    with pytest.raises(InvalidInputError, match=field):
        attrs.evolve(signer, **{field: value})
