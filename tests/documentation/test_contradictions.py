"""Where the documentation contradicts itself: all of it is read, one form is sent.

The first half, from envelopes to statuses; the second is about the values in them.
"""

import pytest
from aiohttp import web

from oneshot_async import (
    TERMINAL_STATUSES,
    EventType,
    Polling,
    RaoLogin,
    RaoToken,
    RequestStatus,
)
from oneshot_async.errors import InvalidStatusError, NotFoundError
from oneshot_async.receiver import parse_callback

WHERE = {"profile": "PFnubeQAFCiudadano", "registration_authority": "3"}
LOGIN = RaoLogin(username="1000001", password="hidden-word", pin="hidden-pin")
CREATED = {"status": "success", "details": {"pk": "7", "status": "CREATED"}}


def request(**fields):
    return {"secrets": {}, "request": {"pk": 7, "status": "CREATED", **fields}}


@pytest.mark.parametrize("key", ["details", "detail"])
async def test_01_details_or_detail(client, listener, key):
    """What an answer holds is found under either spelling of its envelope."""
    listener.answer = {"status": "success", key: {"token_uid": "t", "uid": "u"}}

    assert (await client.tokens.create("1000001")).token_uid == "t"
    assert (await client.documents.upload(7, b"%PDF"))[0].uid == "u"


@pytest.mark.parametrize("key", ["message", "messsage"])
async def test_02_message_with_two_or_three_s(client, listener, key):
    """A message with an s too many is no less a message, in success and refusal."""
    held = {"videoid_pk": 1, "request_pk": 7}
    listener.answer = {"status": "success", key: "VideoID created", "detail": held}
    created = await client.videoid.create(mobile_phone_number="+34", email="a@b.es")
    listener.answer = {"status": "error", key: "Request already in ISSUED status"}

    with pytest.raises(InvalidStatusError) as caught:
        await client.requests.sign(7, "123456")
    assert created.videoid_pk == 1
    assert caught.value.message == "Request already in ISSUED status"


@pytest.mark.parametrize("pk", [100427, "100427", "100427,"])
async def test_03_pk_as_number_or_text(client, listener, given, pk):
    """A pk is read as a number however it comes, and goes into a path as one."""
    listener.answer = {"status": "success", "details": {"pk": pk}}
    created = await client.requests.create(given.person)
    await client.requests.cancel(created.pk)

    assert created.pk == 100427
    assert listener.calls[1] == "DELETE /request/100427"


@pytest.mark.parametrize(("value", "read"), [("xxx", None), (True, True), ("true", 1)])
async def test_04_asyncmode_as_placeholder_or_flag(
    client, listener, given, value, read
):
    """Whether it is asynchronous is told if the answer tells, and sent as true."""
    listener.answer = {"details": {"pk": "7", "asyncmode": value}}
    created = await client.requests.create(given.person, useasync=True)

    assert created.asyncmode == read
    assert listener.form["useasync"] == b"true"


@pytest.mark.parametrize("yes", ["true", True])
@pytest.mark.parametrize("no", ["false", False])
async def test_05_token_flags_as_words_or_flags(client, listener, yes, no):
    """What a token has is a flag here, whether it is a word or a flag there."""
    listener.answer = {"status": "success", "details": {"password": yes, "pin": no}}
    token = await client.tokens.get("t")

    assert (token.password, token.pin) == (True, False)


async def test_06_stray_quote_and_lost_letters(client, listener, given):
    """A stray quote does not cost the answer; misspelled fields are kept as spelled."""
    listener.answer = (
        b'{"pk": "7,", "status": "VIDEOPENDING", "responsible_email"": null,'
        b' "esponsible_serial": "1", "titile": "Dr", "title": "Dra"}'
    )
    updated = await client.requests.update(7, given.update)

    assert (updated.pk, updated.status) == (7, RequestStatus.VIDEOPENDING)
    assert updated.extra == {
        "responsible_email": None,
        "esponsible_serial": "1",
        "titile": "Dr",
        "title": "Dra",
    }


@pytest.mark.parametrize(
    "kind",
    ["application/pdf", "application/json", "application/octet-stream", "text/plain"],
)
async def test_07_contract_as_json_or_pdf(client, listener, kind):
    """The contract is the file that comes, whatever it is said to be."""
    listener.answer, listener.content_type = b"%PDF-1.7\n", kind

    assert await client.requests.contract(7) == b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("written", "called"), [("", "/request/7"), ("/api/v1", "/api/v1/request/7")]
)
async def test_08_doubled_prefix(listener, open_client, written, called):
    """The prefix is single, unless the Optimizer's URL was given with both."""
    listener.url += f"/oneshot/api/v1{written}"
    listener.answer = request()

    await (await open_client()).requests.get(7)

    assert listener.calls == [f"GET {called}"]


async def test_09_trailing_slashes(client, listener, open_client, aiohttp_server):
    """No path ends in a slash, and a service that wants one is followed there."""
    listener.answer = CREATED
    await client.requests.contract(7)
    await client.requests.sign(7, "123456")

    async def move(asked):
        raise web.HTTPTemporaryRedirect(f"{asked.path}/")

    async def sign(asked):
        return web.json_response({"detail": {"documents": await asked.json()}})

    app = web.Application()
    app.router.add_post("/oneshot/api/v1/sign/7", move)
    app.router.add_post("/oneshot/api/v1/sign/7/", sign)
    listener.url = str((await aiohttp_server(app)).make_url(""))
    signed = await (await open_client()).requests.sign(7, "123456")

    assert listener.calls == ["GET /contract/7", "POST /sign/7"]
    assert signed.documents == {"secret": "123456"}


async def test_10_document_type_in_query_or_path(client, listener):
    """The version of a document is asked for in the query, never in the path."""
    listener.answer = b"%PDF"
    await client.documents.download(7, "uid")
    await client.documents.download(7, "uid", document_type="original")

    assert listener.calls == [
        "GET /document/7/uid?document_type=signed",
        "GET /document/7/uid?document_type=original",
    ]


async def test_11_document_or_documents(client, listener):
    """All documents are deleted by the newer path, whose name is in the singular."""
    await client.documents.delete_all(7)

    assert listener.calls == ["DELETE /document/7"]


async def test_12_settings_there_or_gone(listener, open_client, given):
    """Settings may be gone; what stands in the Optimizer's own need not be sent."""
    client = await open_client(rao=LOGIN, **WHERE)
    listener.answer = CREATED
    await client.requests.create(given.person)
    listener.answer, listener.status = {"detail": "Not Found"}, 404

    with pytest.raises(NotFoundError):
        await client.settings.get()
    assert not {"env", "billing_username", "billing_password"} & listener.form.keys()


@pytest.mark.parametrize(
    ("rao", "sent"),
    [(RaoToken("t"), {"token"}), (LOGIN, {"username", "password", "pin"})],
)
async def test_13_required_and_yet_not(listener, open_client, given, rao, sent):
    """The kind of document is always sent; of token and login the one that is given."""
    listener.answer = CREATED
    client = await open_client(rao=rao, **WHERE)
    await client.requests.create(given.person)

    credentials = {"token", "username", "password", "pin"}
    assert listener.form["id_document_type"] == b"IDC"
    assert listener.form.keys() & credentials == sent


@pytest.mark.parametrize("status", ["CANCELLED", "CANCELED"])
@pytest.mark.parametrize("event_type", ["REQUEST_CANCELED", "REQUEST_CANCELLED"])
async def test_14_canceled_with_one_or_two_l(client, listener, status, event_type):
    """A cancelled request is one in either spelling, asked for or called back."""
    body = f'{{"event_type": "{event_type}", "request": {{"status": "{status}"}}}}'
    event = parse_callback(body.encode())
    listener.answer = request(status=status)
    asked = await client.requests.get(7)

    assert asked.status is event.status is RequestStatus.CANCELLED
    assert event.event_type is EventType.REQUEST_CANCELED


@pytest.mark.parametrize("status", ["RENEWED", "RENOVATED"])
async def test_15_renewed_or_renovated(client, listener, status):
    """A renewed request is at its end under either name."""
    listener.answer = request(status=status)

    assert (await client.requests.get(7)).status in TERMINAL_STATUSES


@pytest.mark.parametrize("word", ["ACTIVE", "VALID"])
def test_16_active_or_valid_certificate(word):
    """A certificate's status is its own, in the word that came."""
    body = f'{{"status": "ISSUED", "certificates": [{{"status": "{word}"}}]}}'
    event = parse_callback(body.encode())

    assert event.status is RequestStatus.ISSUED
    assert event.certificates[0].status == word


async def test_17_videoincomplete_as_failed_or_going_on(
    listener, open_client, aiohttp_server
):
    """Whatever an incomplete Video ID means, it is waited for what follows it."""
    statuses = iter(["VIDEOINCOMPLETE", "VIDEOINCOMPLETE", "VIDEOREVIEW"])

    async def answer(_):
        return web.json_response(request(status=next(statuses)))

    app = web.Application()
    app.router.add_get("/oneshot/api/v1/request/7", answer)
    listener.url = str((await aiohttp_server(app)).make_url(""))
    client = await open_client(polling=Polling(first=0.01, longest=0.01))
    known = await client.resume_identification({"videoid_pk": 1, "request_pk": 7})

    assert (await known.reviewable()).status is RequestStatus.VIDEOREVIEW
