"""Metrics for Prometheus: what they count, where they are, and what is not in them."""

import asyncio
import importlib
import sys

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from yarl import URL

from oneshot_async import Inbox
from oneshot_async.errors import InvalidInputError, MissingExtraError
from oneshot_async.observing import OUTCOMES
from oneshot_async.receiver import Receiver
from oneshot_async.receiver.metrics import Metrics
from oneshot_async.testing import SIGNER, client_for, quick_simulator, sample_pdf

SECRET = "a-secret-of-a-receiver"
SAMPLE = sample_pdf()


@pytest.fixture
def metrics():
    return Metrics(CollectorRegistry())


@pytest.fixture
async def inbox(metrics):
    async with Inbox(observers=[metrics]) as opened:
        yield opened


@pytest.fixture
async def scraped(metrics):
    """A function that scrapes, and returns the samples by name and labels."""
    async with metrics.serving() as url, aiohttp.ClientSession() as session:

        async def scrape():
            async with session.get(url) as answer:
                assert answer.status == 200
                text = await answer.text()
            return {
                (sample.name, *sample.labels.values()): sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
            }

        yield scrape


async def post(url, data):
    async with aiohttp.request("POST", url, data=data) as answer:
        return answer.status


async def test_callbacks_are_counted_by_outcome(receiver, scraped, body):
    """Kept, duplicate and refused ones are told apart; each outcome is there at 0."""
    url, data = receiver.urls.mint().url, body()
    for what, where in ((data, url), (data, url), (b"[]", url), (data, url + "x")):
        await post(where, what)
    samples = await scraped()

    counted = {name: samples["oneshot_callbacks_total", name] for name in OUTCOMES}
    assert {name: count for name, count in counted.items() if count} == {
        "kept": 1,
        "duplicate": 1,
        "unreadable": 1,
        "unknown_url": 1,
    }


async def test_times_are_measured(receiver, inbox, scraped, body):
    """Each event kept is timed, and each wait that one ends."""
    waiting = asyncio.create_task(inbox.wait(7))
    await asyncio.sleep(0)
    assert (await scraped())["oneshot_waiting",] == 1
    await post(receiver.urls.mint().url, body())
    await waiting
    samples = await scraped()

    assert samples["oneshot_waiting",] == 0
    assert samples["oneshot_wake_seconds_count",] == 1
    assert samples["oneshot_store_seconds_count",] == 1


async def test_callbacks_port_does_not_serve_them(receiver):
    """Who may post callbacks learns nothing of them."""
    async with aiohttp.request("GET", f"{receiver.url}/metrics") as answer:
        assert answer.status == 404


def test_registry_that_has_them_is_named():
    """A second one in a registry is told with the way out, and leaves the first."""
    registry = CollectorRegistry()
    Metrics(registry)

    with pytest.raises(InvalidInputError, match="give one `Metrics` to all inboxes"):
        Metrics(registry)

    assert registry.get_sample_value("oneshot_waiting") == 0


async def test_port_that_is_taken_is_named(metrics):
    """Two cannot listen on the same port, and the error says which it is."""
    async with metrics.serving() as url:
        port = URL(url).port
        with pytest.raises(
            InvalidInputError, match=f"metrics: cannot listen on 127.0.0.1, {port}"
        ):
            async with metrics.serving(port=URL(url).port):
                pass


async def test_nothing_of_a_person_is_in_them(metrics, inbox, scraped):
    """After a whole flow no label has a number, a name or a token of it."""
    async with (
        quick_simulator() as simulator,
        Receiver(inbox, secrets=[SECRET]) as receiver,
        client_for(simulator, inbox=inbox, callbacks=receiver.urls) as oneshot,
    ):
        signing = await oneshot.begin(SIGNER, [SAMPLE])
        await signing.send_otp()
        await signing.sign(simulator.sms[-1].code)
        await inbox.wait(signing.request_pk)
    samples = await scraped()

    labels = {label for _, *labels in samples for label in labels}
    assert {label for label in labels if not is_number(label)} == set(OUTCOMES)
    assert len(samples) < 70


def is_number(label):
    return label == "+Inf" or label.replace(".", "").isdigit()


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    """Who has no prometheus-client is told how to get it."""
    monkeypatch.delitem(sys.modules, "oneshot_async.receiver.metrics")
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(MissingExtraError, match=r"oneshot-async\[metrics\]"):
        importlib.import_module("oneshot_async.receiver.metrics")
