"""Tokens and images."""

import pytest


async def test_tokens_come_and_go(api):
    """A token is created, described without its secrets, listed and deleted."""
    simulator = api.simulator
    body = {"username": simulator.rao_username, "pin": simulator.rao_pin}

    created = await api.call("POST", "/token", json=body)
    uid = created.body["details"]["token_uid"]
    read = await api.call("GET", f"/token/{uid}")
    listed = await api.call("GET", "/tokens")
    deleted = await api.call("DELETE", f"/token/{uid}")
    gone = await api.call("GET", f"/token/{uid}")

    assert created.body["message"] == "Token created"
    assert read.body["details"] == {
        "username": simulator.rao_username,
        "pin": "true",
        "rao_id": "1182",
        "env": "sandbox",
    }
    assert set(listed.body["details"]) == {simulator.token, uid}
    assert deleted.body["status"] == "success"
    assert gone.status == 404


async def test_a_token_may_lack_what_the_call_brings(api):
    """What a token does not contain has to come with each create."""
    simulator = api.simulator
    body = {"username": simulator.rao_username, "pin": simulator.rao_pin}
    reply = await api.call("POST", "/token", json=body)
    token = reply.body["details"]["token_uid"]

    without = await api.call("POST", "/create", form=api.form(token=token))
    pk = await api.create(token=token, password=simulator.rao_password)

    assert without.refusal[1] == "Missing parameter: password required"
    assert pk in simulator.requests


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "Missing required parameter: 'username'"),
        (
            {"username": "nobody"},
            404,
            "Error getting RAO's id. Make sure the credentials are correct",
        ),
        ({"username": "1000001", "pin": "wrong"}, 403, "Invalid RAO Credentials"),
        (
            {"username": "1000001", "env": "moon"},
            400,
            "Environment moon does not exist",
        ),
    ],
)
async def test_tokens_refuse(api, body, status, message):
    """A token needs credentials that exist."""
    reply = await api.call("POST", "/token", json=body)

    assert reply.refusal == (status, message)


async def test_the_same_token_twice_is_refused(api):
    """There is one token for the same credentials."""
    body = {"username": api.simulator.rao_username}
    await api.call("POST", "/token", json=body)

    reply = await api.call("POST", "/token", json=body)

    assert reply.refusal[1] == "A token with these credentials already exist!"


async def test_images_come_and_go(api, upload_form, png):
    """An image is uploaded, downloaded and deleted."""
    uploaded = await api.call("POST", "/image", form=upload_form(image=png))
    uid = uploaded.body["details"]["image_uid"]
    read = await api.call("GET", f"/image/{uid}")
    deleted = await api.call("DELETE", f"/image/{uid}")
    gone = await api.call("GET", f"/image/{uid}")

    assert uploaded.body["message"] == f"Image uploaded with uid '{uid}'"
    assert read.body == png
    assert deleted.body["status"] == "success"
    assert gone.status == 404


async def test_images_refuse(api, upload_form, png):
    """No image and what is no PNG are refused."""
    none = await api.call("POST", "/image", form=upload_form(other=png))
    text = await api.call("POST", "/image", form=upload_form(image=b"text"))

    assert none.refusal == (
        400,
        "Missing required parameter: 'image'",
    )
    assert text.refusal == (
        415,
        "Image file type not supported: application/x-given",
    )
