"""What is done with bytes from strangers; all but the errors named here is a bug."""

from contextlib import suppress
from datetime import UTC, datetime

from oneshot_async import CallbackUrls
from oneshot_async._unknown import reply_of
from oneshot_async._wire import Answer, Call, Operation, acknowledged, file_of
from oneshot_async.errors import (
    ApiError,
    CallbackRejectedError,
    StoreError,
    UnexpectedResponseError,
)
from oneshot_async.receiver import AllowList, parse_callback
from oneshot_async.resources import (
    documents,
    images,
    requests,
    settings,
    tokens,
    videoid,
)
from oneshot_async.stores.written import read, written

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = [200, 200, 200, 200, 204, 302, 400, 404, 422, 500, 503]
OPERATION = Operation("GET /request/{request_pk}")
CODE = "planted-code"
CALL = Call(operation=OPERATION, path=OPERATION.path(7), json={"otp": CODE})
READERS = [
    acknowledged,
    file_of,
    reply_of,
    documents._uploaded,
    images._images,
    images._uploaded,
    requests._created,
    requests._request,
    requests._signing,
    requests._updated,
    settings._settings,
    settings._version,
    tokens._created,
    tokens._token,
    tokens._tokens,
    videoid._created,
]
URLS = CallbackUrls("https://sign.example.com", ["a-secret-of-the-fuzzer"])
TOKENS = {
    url.rpartition("/")[2] for url in (URLS.fixed(), URLS.mint("correlation").url)
}
LISTS = [
    AllowList(["192.0.2.0/24", "2001:db8::/32"], trusted_proxies=proxies)
    for proxies in range(3)
]


def callback(data):
    """Read a callback, and keep it as a store would."""
    with suppress(CallbackRejectedError):
        event = parse_callback(data)
        assert len(event.dedupe_key) == 64
        assert repr(event)
        assert read(written(event), 0, NOW) == event


def answer(data):
    """Read an answer of the service, in the way of every operation."""
    status, body = STATUSES[(data or b"\0")[0] % len(STATUSES)], data[1:]
    answered = Answer(call=CALL, status=status, body=body, size=len(body))
    for reader in READERS:
        try:
            told = repr(reader(answered))
        except (ApiError, UnexpectedResponseError) as error:
            told = f"{error}{error!r}"
        assert CODE not in told


def network(data):
    """Let a caller in by its address and what its proxies say."""
    peer, *forwarded = data.decode("utf-8", "surrogateescape").split("\n")
    for allowed in LISTS:
        with suppress(CallbackRejectedError):
            allowed.check(peer, forwarded)


def token(data):
    """Verify the token of a callback URL: only those that were minted are good."""
    text = data.decode("utf-8", "surrogateescape")
    with suppress(CallbackRejectedError):
        URLS.verify(text)
        assert text in TOKENS


def kept(data):
    """Read what stands in a store."""
    with suppress(StoreError):
        event = read(data.decode("utf-8", "surrogateescape"), 1, NOW)
        assert repr(event)


CALLBACK = b"""{"event_type":"REQUEST_APPROVED","sent_at":"20250715083633",
"registration_authority":139,"request":{"pk":7,"status":"ENROLLREADY",
"previous_status":"CREATED"},"certificates":[{"status":"VALID","serial_number":"03",
"valid_from":"20250715 08:36:33","valid_to":"2025-07-16T08:36:33"}]}"""

SEEDS = {
    callback: [CALLBACK, b'\xef\xbb\xbf{"request":7,"status":"ISSUED","date":"x"}'],
    answer: [
        b'\0{"status":"200 OK","details":{"pk":"7","request":{"pk":7}}}',
        b'\0{"status":"success","detail":[{"uid":"u"}],"messsage":"made"}',
        b'\0[{"token_uid":"u","password":"p","pin":"1"}]',
        b'\x08{"error":{"code":"422","message":[{"loc":["body","x"],"msg":"m"}]}}',
        b'\0{"videoid_pk":1,"requests":[2],"a":{"url":"u","name":"n"}}',
    ],
    network: [
        b"192.0.2.1",
        b"10.0.0.1\n203.0.113.9, 192.0.2.1\n10.0.0.2",
        b"::ffff:192.0.2.1%eth0\n2001:db8::1",
    ],
    token: [text.encode() for text in sorted(TOKENS)],
    kept: [b'{"status":"ISSUED","pk":7,"certificates":[{"status":"VALID"}],"raw":{}}'],
}
TARGETS = {target.__name__: target for target in SEEDS}
