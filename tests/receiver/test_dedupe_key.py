"""Which callbacks are the same, as they carry no id."""

import json

import attrs
import pytest

from oneshot_async.models import CallbackEvent
from oneshot_async.receiver import parse_callback

NEW = {
    "event_type": "REQUEST_CREATED",
    "sent_at": "20250715083633",
    "request": {
        "status": "VIDEOPENDING",
        "profile": "PFnubeNC",
        "registration_authority": 7,
        "scratchcard": "2678100",
        "pk": 1012632,
    },
    "certificates": [],
}


def read(payload, **options):
    return parse_callback(json.dumps(payload).encode(), **options)


def test_same_callback_has_the_same_key():
    """Two deliveries of one callback are one, whatever their spelling and place."""
    spelled = json.dumps(NEW, indent=3).encode()

    assert parse_callback(spelled).dedupe_key == read(NEW).dedupe_key
    assert attrs.evolve(read(NEW), sequence=9).dedupe_key == read(NEW).dedupe_key


CHANGES = {
    "pk": {"request": {**NEW["request"], "pk": 1}},
    "no pk": {"request": {"status": "VIDEOPENDING"}},
    "status": {"request": {**NEW["request"], "status": "CREATED"}},
    "event type": {"event_type": "VIDEOID_UPDATED"},
    "no event type": {"event_type": None},
    "previous status": {"request": {**NEW["request"], "previous_status": "CREATED"}},
    "time": {"sent_at": "20250715083634"},
    "no time": {"sent_at": None},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_another_callback_has_another_key(change):
    """A difference in whom, what or when it tells makes it another callback."""
    assert read({**NEW, **change}).dedupe_key != read(NEW).dedupe_key


def test_keys_of_all_changes_differ():
    """No two differences make the same key."""
    keys = {read({**NEW, **change}).dedupe_key for change in CHANGES.values()}

    assert len(keys) == len(CHANGES)


def test_absent_is_not_the_word():
    """A missing value and a text that looks like one are different."""
    missing = CallbackEvent(pk=1, status="CREATED")
    word = CallbackEvent(pk=1, status="CREATED", previous_status="None")

    assert missing.dedupe_key != word.dedupe_key


def test_correlation_stands_in_for_the_pk():
    """Without a pk, callbacks to different URLs are different, and to one the same."""
    nameless = {"request": {"status": "ISSUED"}, "event_type": "REQUEST_ENROLLED"}
    first, second = (read(nameless, correlation=c).dedupe_key for c in ("one", "two"))

    assert first != second
    assert read(nameless, correlation="one").dedupe_key == first


def test_whole_payload_stands_in_for_both():
    """Without a pk and a correlation, any difference makes another callback."""
    one, two = ({"status": "ISSUED", "note": note} for note in "ab")

    assert read(one).dedupe_key != read(two).dedupe_key
    assert read(one).dedupe_key == read(one).dedupe_key
