"""Opening a request: what is answered, and what is refused."""

import pytest

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_create_approves_at_once(api):
    """Without useasync a request is approved on return; its pk comes as text."""
    reply = await api.call("POST", "/create", form=api.form())
    pk = reply.body["details"]["pk"]

    assert reply.body == {
        "status": "success",
        "message": f"Request created with pk {pk}",
        "details": {"status": "CREATED", "asyncmode": False, "pk": pk},
    }
    assert isinstance(pk, str)
    assert api.simulator.requests[int(pk)].status == "ENROLLREADY"


async def test_asynchronous_create_is_approved_later(api, settle):
    """With useasync the approval takes its time on the simulator's clock."""
    reply = await api.call("POST", "/create", form=api.form(useasync="true"))
    record = api.simulator.requests[int(reply.body["details"]["pk"])]
    at_first = record.status
    await settle()

    api.simulator.clock.advance(api.simulator.timings.approval)
    await settle()

    assert reply.body["details"]["asyncmode"] is True
    assert at_first == "CREATED"
    assert record.status == "ENROLLREADY"


async def test_create_takes_credentials_in_place_of_a_token(api):
    """User name, password and PIN do as well as a token."""
    simulator = api.simulator

    pk = await api.create(
        token=None,
        username=simulator.rao_username,
        password=simulator.rao_password,
        pin=simulator.rao_pin,
    )

    assert pk in simulator.requests


async def test_create_takes_pictures(api, upload_form, png):
    """Pictures of the identity document may come with the form, and may be required."""
    api.simulator.faults.images_required = True
    form = upload_form(document_front=png, document_rear=png, document_owner=png)
    for name, value in api.form().items():
        form.add_field(name, value)

    refused = await api.call("POST", "/create", form=api.form())
    taken = await api.call("POST", "/create", form=form)

    assert refused.refusal == (
        400,
        "Error occured during request approval: Missing required docs",
    )
    assert taken.status == 200


REFUSED_CREATES = [
    *(
        ({name: None}, 400, f"Missing parameter: {name} required")
        for name in (
            "given_name",
            "surname_1",
            "id_document_country",
            "serial_number",
            "email",
            "mobile_phone_number",
            "registration_authority",
            "profile",
            "billing_username",
            "billing_password",
        )
    ),
    ({"token": None}, 400, "Missing parameter: username required"),
    (
        {"mobile_phone_number": "600000000"},
        400,
        "Please use the mobile phone number with an international prefix",
    ),
    ({"email": "someone"}, 400, "Enter a valid email address"),
    (
        {"id_document_type": "XXX"},
        400,
        (
            "The id_document_type specified is not valid. "
            "Valid options are IDC, PAS, PNO, TIN, CI, CE"
        ),
    ),
    (
        {"env": None},
        400,
        "Missing env parameter. Please set it in settings or specify it as parameter",
    ),
    ({"env": "moon"}, 400, "Environment moon does not exist"),
    ({"token": NOBODY}, 404, "Token not found"),
    (
        {"token": None, "username": "nobody", "password": "x", "pin": "x"},
        404,
        "Error getting RAO's id. Make sure the credentials are correct",
    ),
    (
        {"token": None, "username": "1000001", "password": "wrong", "pin": "x"},
        403,
        "Invalid RAO Credentials",
    ),
    (
        {"given_name": " "},
        412,
        "Error occured during request approval: Invalid request fields: given_name",
    ),
    (
        {"billing_password": "not base64!"},
        500,
        "Billing credentials not valid. Please check if they are base64 encoded",
    ),
    (
        {"billing_password": "d3Jvbmc="},
        500,
        (
            "Cannot check the remaining credit for the billing user. "
            "Please check the credentials"
        ),
    ),
    (
        {"id_document_country": "ESX"},
        500,
        {
            "id_document_country": [
                "'ESX' is not a valid ISO 3166-1 alpha-2 country code"
            ]
        },
    ),
]


@pytest.mark.parametrize(("changes", "status", "message"), REFUSED_CREATES)
async def test_create_refuses(api, changes, status, message):
    """A form that lacks something or says it wrongly is refused as documented."""
    reply = await api.call("POST", "/create", form=api.form(**changes))

    assert reply.refusal == (status, message)
    assert not api.simulator.requests
