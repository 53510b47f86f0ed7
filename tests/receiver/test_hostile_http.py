"""What is no HTTP, or hardly: a refusal or silence, and the receiver serves on."""

import asyncio
import re
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from oneshot_async import CallbackUrls, Inbox
from oneshot_async.receiver import Limits, Receiver, create_asgi_app

SECRET = "a-secret-of-a-receiver"
BODY = b'{"status":"ISSUED","request":7}'
# Answers with 2xx or 4xx and nothing in them, but for what aiohttp says to CONNECT.
ANSWERS = re.compile(
    rb"(HTTP/1\.1 100 Continue\r\n\r\n"
    rb"|HTTP/\d\.\d [24]\d\d [\w ]+\r\n"
    rb"((Allow|Connection|Content-Type|Date|Referrer-Policy): [^\r\n]*\r\n"
    rb"|Server: receiver\r\n|Content-Length: (0|14)\r\n)*"
    rb"\r\n(404: Not Found)?)*"
)


# uvicorn answers what it does not understand by itself, in more words.
ANSWERS_OF_UVICORN = re.compile(
    rb"(HTTP/1\.1 [124]\d\d [^\r\n]*\r\n([\w-]+: [^\r\n]*\r\n)*\r\n"
    rb"(Invalid HTTP request received\.)?)*"
)
SOON = Limits(seconds=0.3)


@asynccontextmanager
async def receiver():
    async with Inbox() as inbox, Receiver(inbox, secrets=[SECRET], limits=SOON) as one:
        yield URL(one.urls.fixed())


def on_uvicorn(serve_asgi):
    @asynccontextmanager
    async def serve():
        urls = CallbackUrls("http://127.0.0.1", [SECRET])
        async with Inbox() as inbox:
            app = create_asgi_app(inbox, urls, limits=SOON)
            async with serve_asgi(app) as port:
                yield URL(urls.fixed()).with_port(port)

    return serve


class Served:
    """A receiver in an event loop of its own, and what it answers to bytes."""

    def __init__(self, runner, url, answers=ANSWERS, patience=10):
        self.runner = runner
        self.url = url
        self.is_answer = answers.fullmatch
        self.patience = patience

    def answers(self, data, *, ends=False):
        return self.runner.run(self._answers(data, ends))

    async def _answers(self, data, ends):
        reader, writer = await asyncio.open_connection(self.url.host, self.url.port)
        answers = bytearray()
        # It may have had enough before all was sent.
        with suppress(OSError):
            writer.write(data)
            if ends:
                writer.write_eof()
            await self._read(reader, writer, answers)
        writer.close()
        return bytes(answers)

    async def _read(self, reader, writer, answers):
        """Read until the other side hangs up, or else we do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                while piece := await reader.read(65536):
                    answers += piece
                return
        writer.write_eof()
        async with asyncio.timeout(10):
            answers += await reader.read()

    def request(self, *headers, body=BODY, line=None):
        line = line or b"POST %b HTTP/1.1" % self.url.path.encode()
        return b"\r\n".join([line, b"Host: x", *headers, b"", body])

    def callback(self):
        return self.request(b"Connection: close", b"Content-Length: %d" % len(BODY))


@contextmanager
def serving(serve, *arguments):
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        url = runner.run(stack.enter_async_context(serve()))
        yield Served(runner, url, *arguments)
        runner.run(stack.aclose())


@pytest.fixture(scope="module")
def served():
    with serving(receiver) as served:
        yield served


@pytest.fixture(scope="module", params=["receiver", "uvicorn"])
def either(request, served, serve_asgi):
    if request.param == "receiver":
        yield served
        return
    # uvicorn waits for a head that does not go on for as long as we do.
    with serving(on_uvicorn(serve_asgi), ANSWERS_OF_UVICORN, 2 * SOON.seconds) as other:
        yield other


def still_serves(served):
    return served.answers(served.callback()).startswith(b"HTTP/1.1 204 ")


LENGTH = b"Content-Length: %d" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked"
MALFORMED = {
    "no line": {"line": b"\r\n"},
    "no method": {"line": b"/callbacks/x HTTP/1.1"},
    "odd method": {"line": b"P\xffST / HTTP/1.1"},
    "no version": {"line": b"POST /"},
    "odd version": {"line": b"POST / HTTP/9.9"},
    "http/2": {"line": b"PRI * HTTP/2.0"},
    "tls": {"line": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"},
    "asterisk": {"line": b"OPTIONS * HTTP/1.1"},
    "connect": {"line": b"CONNECT example.com:443 HTTP/1.1"},
    "absolute": {"line": b"POST http://[::1/callbacks/x HTTP/1.1"},
    "bad port": {"line": b"POST http://x:99999999/ HTTP/1.1"},
    "dots": {"line": b"POST /callbacks/../../etc/passwd HTTP/1.1"},
    "bad escape": {"line": b"POST /callbacks/%zz%FF%00 HTTP/1.1"},
    "nul": {"line": b"POST /callbacks/\x00 HTTP/1.1"},
    "bare lf": {"headers": [b"A: b\nC: d"]},
    "bare cr": {"headers": [b"A: b\rC: d"]},
    "nul in header": {"headers": [b"A: \x00"]},
    "no colon": {"headers": [b"nonsense"]},
    "space before colon": {"headers": [b"Content-Length : 5"]},
    "folded": {"headers": [b"A: b\r\n c"]},
    "two hosts": {"headers": [b"Host: y"]},
    "two lengths": {"headers": [LENGTH, b"Content-Length: 5"]},
    "same length twice": {"headers": [LENGTH, LENGTH]},
    "negative length": {"headers": [b"Content-Length: -1"]},
    "signed length": {"headers": [b"Content-Length: +5"]},
    "odd length": {"headers": [b"Content-Length: 0x5"]},
    "huge length": {"headers": [b"Content-Length: " + b"9" * 30]},
    "both framings": {"headers": [LENGTH, CHUNKED]},
    "chunked twice": {"headers": [b"Transfer-Encoding: chunked, chunked"]},
    "odd coding": {"headers": [b"Transfer-Encoding: xchunked"]},
    "gzip coding": {"headers": [b"Transfer-Encoding: gzip, chunked"]},
    "huge chunk": {"headers": [CHUNKED], "body": b"F" * 17 + b"\r\n"},
    "long chunk": {"headers": [CHUNKED], "body": b"7FFFFFFFFFFFFFFF\r\n{"},
    "negative chunk": {"headers": [CHUNKED], "body": b"-1\r\n"},
    "chunk extension": {
        "headers": [CHUNKED],
        "body": b"1;" + b"a" * 9000 + b"\r\n{\r\n0\r\n\r\n",
    },
    "trailers": {"headers": [CHUNKED], "body": b"0\r\n" + b"A: b\r\n" * 200 + b"\r\n"},
    "chunk without end": {"headers": [CHUNKED], "body": b"1\r\n{}"},
    "expect": {"headers": [LENGTH, b"Expect: wonders"]},
    "expect twice": {"headers": [LENGTH, b"Expect: 100-continue", b"Expect: x"]},
    "upgrade": {"headers": [b"Connection: Upgrade", b"Upgrade: websocket"]},
    "h2c": {"headers": [b"Connection: Upgrade", b"Upgrade: h2c", LENGTH]},
    "charset": {"headers": [LENGTH, b"Content-Type: x/y; charset=nonsense"]},
    "latin": {"headers": [LENGTH, b"X-Forwarded-For: \xff\xfe"]},
}


@pytest.mark.parametrize("ends", [False, True], ids=["open", "half-closed"])
@pytest.mark.parametrize("parts", MALFORMED.values(), ids=MALFORMED)
def test_malformed_request_is_refused(either, parts, ends):
    """A refusal without a word comes back, or nothing; then the next one is either."""
    headers = parts.get("headers", [])
    rest = {name: value for name, value in parts.items() if name != "headers"}
    answers = either.answers(either.request(*headers, **rest), ends=ends)

    assert either.is_answer(answers)
    assert still_serves(either)


def test_many_requests_at_once_are_answered_in_turn(served):
    """Requests that do not wait for answers get them all."""
    one = served.request(LENGTH)
    answers = served.answers(one * 50)

    assert answers.count(b"HTTP/1.1 204 ") == 50


def test_nothing_is_smuggled_behind_a_refusal(served):
    """What follows a request that is refused is not read as the next one."""
    both = served.request(LENGTH, CHUNKED, body=b"0\r\n\r\n" + served.callback())

    assert served.answers(both).count(b"HTTP/1") == 1


NAMES = st.sampled_from(
    [b"Content-Length", b"Transfer-Encoding", b"Content-Encoding", b"Connection",
     b"Expect", b"Upgrade", b"Content-Type", b"X-Forwarded-For", b"Host", b"Cookie"]
)  # fmt: skip
VALUES = st.binary(max_size=20) | st.sampled_from(
    [b"0", b"31", b"99", b"chunked", b"gzip", b"close", b"keep-alive", b"upgrade",
     b"websocket", b"100-continue", b"identity", b"multipart/form-data; boundary=x"]
)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
METHODS = st.sampled_from([b"POST", b"GET", b"HEAD", b"TRACE", b"QUERY"]) | st.binary(
    max_size=8
)
PATHS = st.none() | st.binary(max_size=30)


@given(METHODS, PATHS, HEADERS, st.binary(max_size=50) | st.just(BODY))
def test_any_request_is_answered_or_refused(either, method, path, headers, body):
    """Any method, path, headers and body get 2xx, 4xx or nothing, and do no harm."""
    where = either.url.path.encode() if path is None else path
    lines = [b"%b: %b" % header for header in headers]
    line = b"%b %b HTTP/1.1" % (method, where)
    answers = either.answers(either.request(*lines, body=body, line=line))

    assert either.is_answer(answers)
    assert still_serves(either)


@given(st.data())
def test_any_change_of_a_request_is_answered_or_refused(either, data):
    """A callback of which a piece is something else gets 2xx, 4xx or nothing."""
    good = either.callback()
    start, end = sorted(data.draw(st.integers(0, len(good))) for _ in range(2))
    piece = data.draw(st.binary(max_size=8))
    answers = either.answers(good[:start] + piece + good[end:])

    assert either.is_answer(answers)
    assert still_serves(either)
