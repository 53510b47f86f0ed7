"""No failure shows what was sent, however the Optimizer words it and whatever breaks.

Its errors are looked at with the values of all local variables in their tracebacks.
"""

import asyncio
import json
from urllib.parse import quote

import attrs
import pytest
from aiohttp import web

from oneshot_async import OneShotError, Retries, SignatureParameters, Timeouts
from oneshot_async.errors import InvalidInputError, UnexpectedResponseError
from oneshot_async.models import File, RequestUpdate
from oneshot_async.simulator import ErrorShape, Faults

CALLS = {
    "create": lambda c, p: c.requests.create(p.signer),
    "create with a login": lambda c, p: c.requests.create(p.signer, rao=p.login),
    "get": lambda c, p: c.requests.get(7),
    "update": lambda c, p: c.requests.update(7, update(p)),
    "otp": lambda c, p: c.requests.generate_otp(7),
    "sign": lambda c, p: c.requests.sign(
        7,
        p.mark("Code"),
        signature=SignatureParameters(appearance=p.look, metadata=p.mark("Meta")),
        countersignature=p.second,
        **p.unlocking,
    ),
    "sign with digits": lambda c, p: c.requests.sign(7, p.digits),
    "upload": lambda c, p: c.documents.upload(
        7, File(content=b"%PDF", name=p.mark("Name.pdf")), b"%PDF"
    ),
    "download": lambda c, p: c.documents.download(7, p.mark("Uid")),
    "contract": lambda c, p: c.requests.contract(7),
    "upload image": lambda c, p: c.images.upload(
        File(content=b"x", name=p.mark("Image.png"), content_type="image/png")
    ),
    "token": lambda c, p: c.tokens.create(
        p.login.username, password=p.login.password, pin=p.login.pin
    ),
    "get token": lambda c, p: c.tokens.get(p.mark("Uid with ü")),
    "delete token": lambda c, p: c.tokens.delete(p.mark("Uid")),
    "videoid": lambda c, p: c.videoid.create(
        mobile_phone_number=p.signer.mobile_phone_number, email=p.signer.email
    ),
    "evidences": lambda c, p: c.videoid.upload_evidences(7, p.evidences),
    "video": lambda c, p: c.videoid.upload_video(7, p.mark("Video").encode()),
    "approve": lambda c, p: c.videoid.approve(7, rao_id="1182", rao=p.login),
    "refuse": lambda c, p: c.videoid.refuse(
        7, reason=p.mark("Reason"), rao_id="1182", rao=p.token
    ),
    "settings": lambda c, p: c.settings.update({"proxy": {"word": p.mark("Proxy")}}),
    "unknown": lambda c, p: c.call(
        "GET /novelty/{id}", p.mark("Id"), query={"q": p.mark("Query")}
    ),
    "unknown form": lambda c, p: c.call("POST /novelty", form={"a": p.mark("Field")}),
    "begin": lambda c, p: c.begin(p.signer, [b"%PDF"], useasync=False),
    "identify": lambda c, p: c.identify(
        mobile_phone_number=p.signer.mobile_phone_number, email=p.signer.email
    ),
}


def update(planted):
    return RequestUpdate(
        scratchcard=planted.mark("Card"),
        email=planted.signer.email,
        registration_authority="3",
        profile="profile",
        country_name="ES",
        given_name=planted.mark("New"),
    )


async def sent_with(request):
    """Return every text that came with a request, as a server could quote it."""
    texts = [*request.path.split("/")[5:], *request.query.values()]
    if request.content_type == "application/json":
        texts += leaves(await request.json())
    elif request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            texts += filter(None, [part.filename])
            if part.filename is None:
                texts.append(await part.text())
    return texts


def leaves(value):
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key])]
    if isinstance(value, list):
        return [leaf for entry in value for leaf in leaves(entry)]
    return [value]


def quoted(texts):
    """The texts as a server quotes them, and as it may write them in its own way."""
    written = [str(text) for text in texts]
    return "; ".join([*written, *map(str.upper, written), *map(str.lower, written)])


SHAPES = {
    "detail": lambda texts: {"status": 400, "message": "no", "detail": quoted(texts)},
    "message": lambda texts: {"status": "error", "message": quoted(texts)},
    "details": lambda texts: {"status": "404 x", "details": {"given": texts}},
    "keys": lambda texts: {"detail": {str(text): "is wrong" for text in texts}},
    "fastapi": lambda texts: {
        "detail": [
            {"loc": ["body", text], "msg": f"not {text}", "input": text}
            for text in texts
        ]
    },
    "bare": quoted,
    "nested": lambda texts: {"error": {"code": 403, "message": quoted(texts)}},
    "numbers": lambda texts: {
        "detail": {"given": [int(t) for t in texts if str(t).isdecimal()]}
    },
    "html": lambda texts: f"<html>{quoted(texts)}</html>",
    "old error": lambda texts: {
        "status": "error",
        "errors": [{"errorCode": quoted(texts), "errorMessage": quoted(texts)}],
    },
}


@pytest.fixture
async def optimizer():
    """A function that starts an Optimizer which answers as told; returns its URL."""
    runners = []

    async def start(answer):
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
def attempts(shown, planted):
    """A function that makes every call, and shows how each of them ends."""

    async def attempt(client):
        errors = []
        for call in CALLS.values():
            try:
                # What a caller asked for is theirs, but not for its repr to show.
                answer = await call(client, planted)
                shown.texts.append(repr(None if isinstance(answer, bytes) else answer))
            except OneShotError as error:
                errors.append(error)
                shown.add(error)
        return errors

    return attempt


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", [200, 400, 403, 404, 412, 422, 500, 503])
async def test_quotation_is_masked(
    connect, optimizer, attempts, everything, shape, status
):
    """What an Optimizer quotes in its answer, in any form, is seen in no error."""

    async def quote(request):
        body = SHAPES[shape](await sent_with(request))
        text = body if shape == "html" else json.dumps(body)
        kind = "text/html" if shape == "html" else "application/json"
        return web.Response(text=text, status=status, content_type=kind)

    await attempts(await connect(await optimizer(quote)))

    assert everything().leaks() == []


MISFITS = {
    "everywhere": lambda p: {name: [p.mark("Value")] for name in FIELDS},
    "in keys": lambda p: {p.mark("Uid"): p.mark("Value"), p.mark("Other"): 1},
    "in a list": lambda p: [p.mark("A value"), {p.mark("Uid"): [p.mark("Value")]}],
    "alone": lambda p: p.mark("A value"),
    "times": lambda p: {"upload_date": p.mark("Date"), "pk": p.mark("1"), "status": 1},
}
FIELDS = (
    *("pk", "status", "email", "secrets", "request", "token_uid", "image_uid", "uid"),
    *("videoid_pk", "request_pk", "videoid_link", "documents", "errorMessage"),
)


@pytest.mark.parametrize("misfit", MISFITS)
async def test_misfit_is_not_shown(
    connect, optimizer, attempts, planted, everything, shown, misfit
):
    """An answer that makes no sense is told of without anything that stands in it."""
    said = {"status": "success", "details": MISFITS[misfit](planted)}

    async def answer(_):
        return web.json_response(said)

    client = await connect(await optimizer(answer))
    errors = await attempts(client)
    for listing in (client.tokens.list(), client.images.list(), client.settings.get()):
        try:
            shown.texts.append(repr([*attrs_of(await listing)]))
        except OneShotError as error:
            shown.add(error)

    assert any(isinstance(error, UnexpectedResponseError) for error in errors)
    assert everything().leaks() == []


def attrs_of(listed):
    return listed.values() if isinstance(listed, dict) else [listed]


async def cut(request):
    request.transport.abort()
    await never(request)


async def cut_short(request):
    response = web.StreamResponse()
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b"{")
    request.transport.abort()
    return response


async def never(_):
    await asyncio.Event().wait()


async def elsewhere(request):
    sent = ",".join(map(str, await sent_with(request)))
    raise web.HTTPTemporaryRedirect(f"http://localhost/{quote(sent[:4000])}")


async def in_a_circle(request):
    raise web.HTTPTemporaryRedirect(request.rel_url)


async def no_http(request):
    request.transport.write(
        ("\0" + ",".join(map(str, await sent_with(request)))).encode()
    )
    request.transport.close()
    await never(request)


BROKEN = [cut, cut_short, never, elsewhere, in_a_circle, no_http]


@pytest.mark.parametrize("answer", BROKEN, ids=lambda answer: answer.__name__)
async def test_broken_connection_shows_nothing(
    connect, optimizer, attempts, everything, answer
):
    """However a connection or its answer breaks, nothing that was sent is seen."""
    short = Timeouts(answer=0.05, create=0.05, sign=0.05, idle=0.05)
    retries = Retries(first_delay=0, attempts=1)
    client = await connect(await optimizer(answer), timeouts=short, retries=retries)

    errors = await attempts(client)

    assert len(errors) == len(CALLS)
    assert everything().leaks() == []


async def test_absent_optimizer_shows_nothing(connect, nowhere, attempts, everything):
    """Where nobody listens, nothing of what would have been sent is seen."""
    assert len(await attempts(await connect(nowhere))) == len(CALLS)
    assert everything().leaks() == []


async def test_credentials_of_a_proxy_are_not_shown(
    connect, nowhere, attempts, everything, planted, monkeypatch
):
    """Credentials that stand in the URL of a proxy are not told."""
    user = f"{planted.mark('User')}:{planted.mark('Word')}@"
    monkeypatch.setenv("http_proxy", nowhere.replace("://", f"://{user}"))
    client = await connect("http://optimizer.example.com", trust_env=True)

    assert len(await attempts(client)) == len(CALLS)
    assert everything().leaks() == []


async def test_credentials_of_a_refused_url_are_not_shown(
    connect, nowhere, shown, everything, planted
):
    """The URL of an Optimizer that is refused for credentials is not quoted."""
    user = f"{planted.mark('User')}:{planted.mark('Word')}@"

    with pytest.raises(InvalidInputError) as caught:
        await connect(nowhere.replace("://", f"://{user}"))
    shown.add(caught.value)

    assert everything().leaks() == []


PROBABLE = [
    field.name
    for field in attrs.fields(Faults)
    if field.init and field.default == 0.0 and field.name not in {"late", "seed"}
]


@pytest.mark.parametrize("fault", [*PROBABLE, *ErrorShape, "images_required"])
@pytest.mark.parametrize("useasync", [True, False], ids=["async", "sync"])
async def test_fault_shows_nothing(
    simulator, client, inbox, planted, shown, everything, pdf, fault, useasync
):
    """With each fault of the simulator a flow goes its way and shows nothing."""
    if fault in set(ErrorShape):
        simulator.faults.error_shape = fault
    else:
        setattr(simulator.faults, fault, 1)
    simulator.faults.reordered = 1 if fault == "reordered" else 0
    errors = []
    try:
        signing = await client.begin(planted.signer, [pdf], useasync=useasync)
        shown.add(signing)
        await signing.send_otp()
        sms = await simulator.next_sms(planted.signer.mobile_phone_number)
        shown.hide(sms.code, sms.text)
        for code in ("998877", sms.code):
            try:
                shown.add(*await signing.sign(code))
            except OneShotError as error:
                errors.append(error)
    except OneShotError as error:
        errors.append(error)
    errors += await failing(client, planted)
    shown.add(*errors, inbox, client, *await inbox.history())
    shown.hide("998877", *(record.url for record in simulator.callbacks))

    assert everything().leaks() == []


async def failing(client, planted):
    """Return the errors of calls that cannot succeed."""
    calls = (
        client.requests.create(planted.signer, rao=planted.wrong_token),
        client.requests.create(planted.signer, rao=planted.wrong_login),
        client.requests.create(planted.signer, billing=planted.wrong_billing),
        client.tokens.get(planted.wrong_token.token),
        client.tokens.create(planted.wrong_login.username, pin=planted.wrong_login.pin),
        client.videoid.approve(1, rao_id="1182", rao=planted.wrong_login),
    )
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(error, OneShotError) for error in ended)
    return ended
