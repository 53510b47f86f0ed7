"""What becomes of a callback is told to observers and written to the log as fields."""

import asyncio
import json
import logging
from datetime import timedelta

import pytest

from oneshot_async import CallbackUrls, Inbox, callback_urls
from oneshot_async.errors import StoreError
from oneshot_async.observing import OUTCOMES, Observer
from oneshot_async.receiver import AllowList, Limits, create_app, create_asgi_app
from oneshot_async.stores import MemoryStore

SECRET = "a-secret-of-a-receiver"
PUBLIC = "http://sign.example.com"
URLS = CallbackUrls(PUBLIC, [SECRET])
GOOD = b'{"status":"ISSUED","request":7}'
MINTED = URLS.mint()
NOBODY = AllowList(["192.0.2.0/24"])


class Outcomes(Observer):
    def __init__(self):
        self.told = []
        self.begun = 0

    def receives(self):
        self.begun += 1

    def received(self, outcome):
        self.told.append(outcome)


@pytest.fixture
def outcomes():
    return Outcomes()


@pytest.fixture
async def ask(aiohttp_client, outcomes):
    """A function that posts to an application, and returns the answer's status."""

    async def post(data=GOOD, url=MINTED.url, store=None, headers=None, **options):
        store = MemoryStore() if store is None else store
        async with Inbox(store, observers=[outcomes]) as inbox:
            await inbox.bind(MINTED.correlation, 7)
            client = await aiohttp_client(create_app(inbox, URLS, **options))
            path = url.removeprefix(PUBLIC)
            async with client.post(path, data=data, headers=headers) as answer:
                return answer.status

    return post


class FullDisk(MemoryStore):
    async def append(self, event):
        raise StoreError("the disk is full")


async def slowly():
    yield b"{"
    await asyncio.sleep(1)


def minted_long_ago():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callback_urls, "time", lambda: 0.0)
        urls = CallbackUrls(PUBLIC, [SECRET], lifetime=timedelta(days=1))
        return urls.mint().url


CASES = {
    "kept": {},
    "not_kept": {"store": FullDisk()},
    "unknown_url": {"url": MINTED.url + "x"},
    "expired_url": {"url": minted_long_ago()},
    "network": {"allow": NOBODY},
    "compressed": {"headers": {"Content-Encoding": "gzip"}},
    "large": {"limits": Limits(body=1)},
    "slow": {"data": slowly(), "limits": Limits(seconds=0.05)},
    "unreadable": {"data": b"[]"},
    "contradiction": {"data": GOOD.replace(b"7", b"8")},
}


@pytest.mark.parametrize(("outcome", "case"), CASES.items(), ids=CASES)
async def test_each_outcome_has_a_name(ask, outcomes, outcome, case, caplog):
    """An observer is told once, and the log has the same word in a field."""
    caplog.set_level(logging.DEBUG)
    status = await ask(**case)

    assert (outcomes.begun, outcomes.told) == (1, [outcome])
    assert (status == 204) == (outcome == "kept")
    logged = [r.outcome for r in caplog.records if hasattr(r, "outcome")]
    assert logged == [outcome]


async def test_duplicate_is_told_apart(ask, outcomes):
    """A second delivery is acknowledged under its own name."""
    store = MemoryStore()
    assert [await ask(store=store) for _ in range(2)] == [204, 204]
    assert outcomes.told == ["kept", "duplicate"]


async def test_broken_and_cut_off_are_told_apart(outcomes):
    """A caller who hangs up is one thing, a server that gives up another."""
    scope = {"type": "http", "method": "POST", "headers": []}
    scope["path"] = MINTED.url.removeprefix(PUBLIC)

    async def hung_up():
        return {"type": "http.disconnect"}

    async def silence():
        await asyncio.get_running_loop().create_future()

    async def send(_message):
        pass

    async with Inbox(observers=[outcomes]) as inbox:
        app = create_asgi_app(inbox, URLS)
        await app(scope, hung_up, send)
        receiving = asyncio.create_task(app(scope, silence, send))
        await asyncio.sleep(0)
        receiving.cancel()
        await asyncio.wait([receiving])

    assert outcomes.told == ["broken", "cut_off"]


def test_every_outcome_is_listed():
    """The names here and those that are promised are the same."""
    shown = {*CASES, "duplicate", "broken", "cut_off"}

    assert shown == set(OUTCOMES)


async def test_log_has_request_and_correlation_as_fields(ask, caplog):
    """What is kept is found in a log by request and by correlation, never by a URL."""
    caplog.set_level(logging.DEBUG)
    await ask()

    (record,) = [r for r in caplog.records if hasattr(r, "outcome")]
    assert (record.request_pk, record.correlation) == (7, MINTED.correlation)
    assert MINTED.url.rpartition(".")[2] not in json.dumps(vars(record), default=str)
