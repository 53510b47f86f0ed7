"""JSON at its edges: what is an event can be written and read again, or is rejected."""

from datetime import UTC, datetime

import pytest

from oneshot_async.errors import CallbackRejectedError
from oneshot_async.receiver import parse_callback
from oneshot_async.stores.written import read, written

PLAIN = '{"status":"ISSUED","x":"é"}'


def holding(text):
    return f'{{"status":"ISSUED","x":{text}}}'.encode()


@pytest.mark.parametrize(
    "body",
    [
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-32"),
        PLAIN.encode("utf-32-be"),
        PLAIN.encode("latin-1"),
        b"\xef\xbb\xbf\xef\xbb\xbf" + PLAIN.encode(),
        b"\x00" + PLAIN.encode(),
        PLAIN.encode() + b"\x00",
        b'{"status":"ISSUED","x":"\xed\xa0\x80"}',
        b'{"status":"ISSUED","x":"\xc0\x80"}',
        b'{"status":"ISSUED","x":"\x00"}',
        holding("NaN"),
        holding("-Infinity"),
        holding("[1e999]"),
        holding("-1e999"),
        holding("1" * 5000),
        holding("0x10"),
        holding("1_000"),
        holding("01"),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_strict_json_is_rejected(body):
    """Only UTF-8 is read, only finite numbers, and nothing beside the object."""
    with pytest.raises(CallbackRejectedError, match="no JSON object"):
        parse_callback(body)


SHAPES = {
    "arrays": (lambda n: "[" * n + "]" * n, 32),
    "objects": (lambda n: '{"a":' * n + "1" + "}" * n, 31),
    "values": (lambda n: f"[{'1,' * (n - 1)}1]", 997),
}


@pytest.mark.parametrize(("shape", "most"), SHAPES.values(), ids=SHAPES)
def test_absurd_shape_is_rejected(shape, most):
    """Beyond a depth and a number of values that no callback has, it is rejected."""
    assert parse_callback(holding(shape(most))).status == "ISSUED"

    with pytest.raises(CallbackRejectedError, match=r"no JSON object|too many values"):
        parse_callback(holding(shape(most + 1)))


@pytest.mark.parametrize(
    "text", ['"\\ud800"', '"\\u0000"', "1" * 4000, "1e-999", "-0.0", "1" + "0" * 300]
)
def test_odd_values_are_kept_as_they_are(text):
    """Values that are JSON, though odd, can be written and read again."""
    event = parse_callback(holding(text))
    again = read(written(event), 0, datetime(2026, 1, 1, tzinfo=UTC))

    assert again == event
    assert len(event.dedupe_key) == 64


def test_last_of_two_keys_counts():
    """Of a key that comes twice the last value is read, wherever it stands."""
    event = parse_callback(
        b'{"status":"CREATED","pk":1,"status":"ISSUED",'
        b'"request":{"pk":2,"pk":3,"status":"A","status":"B"}}'
    )

    assert (event.pk, event.status) == (3, "B")
