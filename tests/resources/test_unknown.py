"""client.call: operations that have no method here."""

import pytest

from oneshot_async import OneShotClient, Retries
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    BadRequestError,
    InvalidInputError,
    NotFoundError,
    ServerError,
)
from oneshot_async.models import File


async def test_reply_holds_what_the_envelope_does(listener, open_client):
    """What the envelope holds is handed on, and so is the whole body."""
    listener.answer = {"status": "success", "details": {"novelty": [1]}}
    client = await open_client()

    reply = await client.call("GET /novelty/{novelty_pk}", 7, query={"page": "2"})

    assert listener.calls == ["GET /novelty/7?page=2"]
    assert (reply.status, reply.details) == (200, {"novelty": [1]})
    assert reply.content.startswith(b'{"status"')


async def test_json_is_sent_as_it_is_given(listener, open_client):
    """A body of JSON goes out unchanged."""
    client = await open_client()

    await client.call("POST /novelty", json={"a": None, "b": [True]})

    assert listener.calls == ["POST /novelty"]
    assert listener.json == {"a": None, "b": [True]}


async def test_form_has_fields_and_files(listener, open_client):
    """A multipart body carries fields as text and files with their bytes."""
    client = await open_client()
    file = File(content=b"bytes", name="n.bin")

    await client.call("PUT /novelty", form={"field": "text", "file": file})

    assert listener.form == {"field": b"text", "file": b"bytes"}


async def test_binary_reply_is_its_bytes(client, pk, uid, pdf):
    """What is no JSON has no details, only its content."""
    reply = await client.call(
        "GET /document/{request_pk}/{document_uid}",
        pk,
        uid,
        query={"document_type": "original"},
    )

    assert (reply.content, reply.details) == (pdf, None)


async def test_reply_goes_into_a_file(client, pk, tmp_path):
    """A large answer can be written to a file in place of memory."""
    target = tmp_path / "contract.pdf"

    reply = await client.call("GET /contract/{request_pk}", pk, to=target)

    assert reply.content == b""
    assert target.read_bytes().startswith(b"%PDF")


async def test_refusal_is_the_usual_error(client):
    """A refusal is the error it always is, with the operation's name."""
    with pytest.raises(NotFoundError) as refused:
        await client.call("GET /request/{request_pk}", 1)

    assert refused.value.operation == "GET /request/{request_pk}"


async def test_echo_of_what_was_sent_is_masked(simulator, client):
    """An error does not repeat what was sent, were it in the query or the path."""
    with pytest.raises(NotFoundError) as refused:
        await client.call("GET /image/{image_uid}", "planted-uid")

    assert "planted" not in str(refused.value)


async def test_echo_of_the_query_is_masked(listener, open_client):
    """What stands in the query may be a secret as well."""
    listener.answer = {"status": "400 Bad Request", "details": "no planted-word here"}
    client = await open_client()

    with pytest.raises(BadRequestError) as refused:
        await client.call("GET /novelty", query={"word": "planted-word"})

    assert refused.value.message == "no *** here"


@pytest.mark.parametrize(
    ("name", "error", "sent"),
    [
        ("GET /novelty", ServerError, 3),
        ("DELETE /novelty", ServerError, 3),
        ("POST /novelty", AmbiguousOutcomeError, 1),
        ("PATCH /novelty", AmbiguousOutcomeError, 1),
    ],
)
async def test_only_what_is_safe_is_sent_again(simulator, name, error, sent):
    """An unknown GET is repeated like any other, an unknown POST is not."""
    simulator.faults.unavailable = 1.0
    retries = Retries(attempts=3, first_delay=0.001)

    async with OneShotClient(simulator.url, retries=retries) as client:
        with pytest.raises(error):
            await client.call(name)

    assert len(simulator.calls) == sent


@pytest.mark.parametrize(
    "name",
    [
        "",
        "GET",
        "GET request",
        "get /request",
        "TRACE /request",
        "GET /request/",
        "GET //host/path",
        "GET /request?pk=1",
        "GET /../request",
        "GET /request/{pk",
        "GET /a\r\nX: y",
    ],
)
async def test_what_is_no_operation_is_refused(open_client, listener, name):
    """A name that is no method and path is refused and nothing is sent."""
    client = await open_client()

    with pytest.raises(InvalidInputError, match="operation must be"):
        await client.call(name)

    assert listener.calls == []


@pytest.mark.parametrize("ids", [(), (1, 2)])
async def test_ids_must_fit_the_path(open_client, ids):
    """Too few or too many ids are told with the number that is needed."""
    client = await open_client()

    with pytest.raises(InvalidInputError, match="give 1 ids"):
        await client.call("GET /request/{request_pk}", *ids)


async def test_there_is_one_body(open_client):
    """JSON and a form at once are refused."""
    client = await open_client()

    with pytest.raises(InvalidInputError, match="not both"):
        await client.call("POST /novelty", json={}, form={})
