"""The ASGI face: the protocol itself, and what a server may ask of it."""

import asyncio

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from oneshot_async import CallbackUrls, Inbox
from oneshot_async.errors import StoreError
from oneshot_async.receiver import Limits, create_asgi_app
from oneshot_async.stores import MemoryStore

URLS = CallbackUrls("http://sign.example.com", ["a-secret-of-a-receiver"])
PATH = URL(URLS.fixed()).path
BODY = b'{"status":"ISSUED","request":7}'
WHOLE = {"type": "http.request", "body": BODY}
GONE = {"type": "http.disconnect"}


def scope_of(path=PATH, **more):
    scope = {"type": "http", "method": "POST", "path": path, "headers": []}
    return {**scope, "http_version": "1.1", "client": ("127.0.0.1", 50000), **more}


async def silence():
    await asyncio.get_running_loop().create_future()


async def sent_by(app, scope, messages, *, gone=False):
    """Return what the application sends when it is given these messages."""
    coming, sent = iter(messages), []

    async def receive():
        return next(coming, None) or await silence()

    async def send(message):
        if gone:
            raise OSError("planted")
        sent.append(message)

    await app(scope, receive, send)
    return sent


async def answer(app, scope, messages):
    start, body = await sent_by(app, scope, messages)
    assert (start["type"], body) == (
        "http.response.start",
        {"type": "http.response.body"},
    )
    return start["status"], dict(start["headers"])


@pytest.fixture
def urls():
    return URLS


@pytest.fixture
def app(inbox):
    return create_asgi_app(inbox, URLS, limits=Limits(seconds=0.2))


@pytest.mark.parametrize(
    ("path", "root"),
    [
        (PATH, ""),
        (PATH, "/hooks"),
        (f"/hooks{PATH}", "/hooks"),
        (f"/hooks{PATH}", "/hooks/"),
        (f"/a/hooks{PATH}", "/a/hooks"),
    ],
)
async def test_path_counts_from_where_it_is_mounted(app, path, root):
    """Whether a framework takes its prefix off the path or not, it is found."""
    status, _ = await answer(app, scope_of(path, root_path=root), [WHOLE])

    assert status == 204


@pytest.mark.parametrize("path", [f"/hooks{PATH}", f"{PATH}/", f"{PATH}\n", f"/{PATH}"])
async def test_other_prefix_is_not_found(app, path):
    """A path that only ends like a callback's is none."""
    status, _ = await answer(app, scope_of(path, root_path="/hook"), [WHOLE])

    assert status == 404


async def test_body_may_come_in_pieces(app, store):
    """A body in several messages, some of them empty, is put together."""
    pieces = [BODY[:5], b"", BODY[5:], b""]
    messages = [{"type": "http.request", "body": b, "more_body": True} for b in pieces]
    status, _ = await answer(app, scope_of(), [*messages, {"type": "http.request"}])

    assert status == 204
    assert len(store) == 1


@pytest.mark.parametrize("before", [[], [{**WHOLE, "more_body": True}]])
async def test_caller_who_hangs_up_leaves_nothing(app, store, before):
    """A body that breaks off is not kept, and a server that minds is not minded."""
    assert await sent_by(app, scope_of(), [*before, GONE], gone=True) == []
    assert (len(store), await store.quarantined()) == (0, [])


async def test_refusal_ends_the_connection_where_there_is_one(app):
    """HTTP/1 is told to close; HTTP/2 has no such header."""
    one = await answer(app, scope_of("/"), [])
    two = await answer(app, scope_of("/", http_version="2"), [])

    assert one[1][b"connection"] == b"close"
    assert b"connection" not in two[1]


async def test_answer_passes_no_url_on(app):
    """Whatever is answered, a browser tells nobody where it was."""
    for path, messages in ((PATH, [WHOLE]), ("/", [])):
        _, headers = await answer(app, scope_of(path), messages)
        assert headers[b"referrer-policy"] == b"no-referrer"


async def test_websocket_is_refused(app):
    """Who wants to talk otherwise is refused before anything is read."""
    sent = await sent_by(app, {"type": "websocket", "path": PATH}, [])

    assert sent == [{"type": "websocket.close"}]


paths = st.text() | st.just(PATH) | st.text().map(lambda end: PATH + end)
names = st.sampled_from([b"content-length", b"content-encoding", b"x-forwarded-for"])
scopes = st.fixed_dictionaries(
    {
        "path": paths,
        "method": st.sampled_from(["POST", "GET"]) | st.text(),
        "headers": st.lists(st.tuples(names, st.binary())),
        "client": st.none() | st.tuples(st.text(), st.integers()),
    },
    optional={"root_path": st.text(), "http_version": st.text()},
)
requests = st.fixed_dictionaries(
    {"type": st.just("http.request")},
    optional={"body": st.binary() | st.just(BODY), "more_body": st.booleans()},
)
conversations = st.lists(requests | st.just(GONE), max_size=4)


@given(scopes, conversations)
def test_any_request_is_answered_once(scope, messages):
    """Any scope and any messages get one answer, which is no failure of ours."""

    async def ask():
        async with Inbox() as inbox:
            app = create_asgi_app(inbox, URLS, limits=Limits(body=100, seconds=0.01))
            return await answer(app, {**scope_of(), **scope}, messages)

    status, _ = asyncio.run(ask())

    assert status in {204, 400, 404, 405, 408, 413, 415}


class Lifespan:
    """A server that starts an application and stops it."""

    def __init__(self, app):
        self.said = asyncio.Queue()
        self.told = asyncio.Queue()
        ran = app({"type": "lifespan"}, self.told.get, self.said.put)
        self.running = asyncio.create_task(ran)

    async def do(self, what):
        await self.told.put({"type": f"lifespan.{what}"})
        return await self.said.get()


async def test_server_opens_and_closes_the_inbox(store):
    """Served alone, the application opens its inbox and closes it at the end."""
    inbox = Inbox(store)
    app = create_asgi_app(inbox, URLS)
    server = Lifespan(app)

    assert await server.do("startup") == {"type": "lifespan.startup.complete"}
    assert (await answer(app, scope_of(), [WHOLE]))[0] == 204
    assert await server.do("shutdown") == {"type": "lifespan.shutdown.complete"}
    assert not inbox.is_open
    await server.running


async def test_open_inbox_stays_open(app, inbox):
    """An inbox that was open already is somebody else's to close."""
    server = Lifespan(app)
    for what in ("startup", "shutdown"):
        await server.do(what)

    assert inbox.is_open


class BrokenStore(MemoryStore):
    async def open(self):
        raise StoreError("the disk is full")


async def test_server_is_told_why_it_cannot_start():
    """An inbox that does not open keeps the server from starting, with its words."""
    server = Lifespan(create_asgi_app(Inbox(BrokenStore()), URLS))

    assert await server.do("startup") == {
        "type": "lifespan.startup.failed",
        "message": "the disk is full",
    }
    await server.running


async def test_inbox_stays_open_for_what_is_being_received(store):
    """When the server stops, no more is wanted, but what is on its way is kept."""
    app = create_asgi_app(Inbox(store), URLS, health=True)
    asking = scope_of("/readyz", method="GET")
    server = Lifespan(app)
    await server.do("startup")
    rest = asyncio.Event()

    async def slowly():
        await rest.wait()
        return WHOLE

    sent = []
    receiving = asyncio.create_task(app(scope_of(), slowly, collector(sent)))
    await asyncio.sleep(0)
    assert (await answer(app, asking, []))[0] == 200
    stopping = asyncio.create_task(server.do("shutdown"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert (await answer(app, asking, []))[0] == 503
    rest.set()
    await asyncio.gather(receiving, stopping)

    assert (sent[0]["status"], len(store)) == (204, 1)


def collector(sent):
    async def send(message):
        sent.append(message)

    return send


async def test_uvicorn_runs_its_lifespan(serve_asgi, store):
    """uvicorn, told to, starts and stops it as any application."""
    inbox = Inbox(store)
    async with (
        serve_asgi(create_asgi_app(inbox, URLS), lifespan="on") as port,
        aiohttp.request("POST", f"http://127.0.0.1:{port}{PATH}", data=BODY) as told,
    ):
        assert told.status == 204

    assert not inbox.is_open
    assert len(store) == 1
