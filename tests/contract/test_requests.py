"""Requests: what is documented of create, get, cancel and the contract."""

import pytest

from oneshot_async import RequestPk, RequestStatus
from oneshot_async.errors import NotFoundError

pytestmark = pytest.mark.asyncio(loop_scope="session")

OLDER = "documented for the older generation"
NOBODYS = RequestPk(2_000_000_000)


async def test_create_answers_with_an_envelope(approved):
    """What was created is told in `details`, and its pk is text there."""
    status, message = map(approved.answer.get, ("status", "message"))
    details = approved.answer.get("details", {})

    assert status == "success", "documented: the status is `success`"
    assert message == f"Request created with pk {approved.pk}", (
        "documented: the message of create carries the pk"
    )
    assert details.get("pk") == str(approved.pk), (
        "documented: create answers the pk as text, unlike everything else"
    )
    assert details.get("status") == "CREATED", "documented: create answers CREATED"
    assert "asyncmode" in details, "documented: create tells `asyncmode`"


async def test_synchronous_create_is_approved_on_return(client, create):
    """In synchronous mode the approval is a part of the creation."""
    created = await create()

    status = (await client.requests.get(created.pk)).status

    assert status == RequestStatus.ENROLLREADY, (
        "concluded from the documentation: a synchronous create returns approved"
    )


async def test_asynchronous_create_is_approved_later(create, becomes):
    """In asynchronous mode the answer says so, and the approval follows."""
    created = await create(useasync=True)

    assert created.answer.get("details", {}).get("asyncmode") is True, (
        "documented: `asyncmode` is true in asynchronous mode"
    )
    await becomes(created.pk, "ENROLLREADY")


async def test_request_comes_without_an_envelope(client, wire, approved):
    """Get answers the request with its secrets beside it."""
    request = await client.requests.get(approved.pk)
    parts, secrets = set(wire.last), set(wire.last.get("secrets", {}))
    fields = wire.last.get("request", {})
    kinds = {name: type(value) for name, value in fields.items()}

    assert parts >= {"secrets", "request"}, (
        "documented: get answers `secrets` and `request` and no envelope"
    )
    assert kinds.get("pk") is int, "documented: the pk is a number here"
    assert kinds.get("scratchcard") is str, "documented: the scratchcard is text"
    assert kinds.get("registration_authority") is int, (
        "documented: the registration authority is a number in answers"
    )
    assert secrets >= {"puk", "enrollment_code", "pin", "erc"}, (
        "documented: a request comes with the secrets of its scratchcard"
    )
    assert isinstance(request.status, RequestStatus), (
        "documented: a request has one of ten statuses"
    )


async def test_contract_is_a_pdf(client, approved):
    """The service contract comes as a file and not as a text of JSON."""
    contract = await client.requests.contract(approved.pk)

    assert contract.startswith(b"%PDF"), "documented in the guides: it is a PDF"


async def test_cancelled_request_is_cancelled_or_gone(client, wire, create):
    """Delete says what it deleted; whether the request stays is contradictory."""
    created = await create()

    await client.requests.cancel(created.pk)

    answer = wire.last
    assert answer.get("status") == "success", "documented: the status is `success`"
    assert answer.get("message") == f"Request {created.pk} deleted", (
        "documented: the message of delete carries the pk"
    )
    try:
        status = (await client.requests.get(created.pk)).status
    except NotFoundError:
        return
    assert status == RequestStatus.CANCELLED, (
        "documented: what is deleted is either cancelled or gone"
    )


@pytest.mark.parametrize("operation", ["get", "contract", "cancel"])
async def test_request_of_nobody_is_not_found(client, refused, operation):
    """A number that is no request's is told as 404 in the body or in the status."""
    with refused(NotFoundError, f"{OLDER}: {operation} of nobody's request is 404"):
        await getattr(client.requests, operation)(NOBODYS)


async def test_nobody_is_sent_a_code(client, refused, spending):
    """A code for no request is refused."""
    with refused(NotFoundError, f"{OLDER}: a code for nobody's request is 404"):
        await client.requests.generate_otp(NOBODYS)


async def test_nothing_is_signed_for_nobody(client, refused, spending):
    """A signature for no request is refused."""
    with refused(NotFoundError, f"{OLDER}: a signature for nobody's request is 404"):
        await client.requests.sign(NOBODYS, "123456")
