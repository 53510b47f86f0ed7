"""The targets of the fuzzer, fed with their seeds and with random bytes."""

import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

FUZZ = runpy.run_path(str(Path(__file__).parent / "fuzz" / "targets.py"))
TARGETS = FUZZ["TARGETS"]
SEEDS = {name: FUZZ["SEEDS"][target] for name, target in TARGETS.items()}


PIECES = [b"null", b"{}", b"[[]]", b'"\\ud800"', b"1e9", b"true", b'"', b"0", b"~9."]

# What once ended in an error that is meant for nobody.
FOUND = [
    ("answer", b'\0[{"token_uid":[1]}]'),
    ("answer", b'\0[{"token_uid":"u"}]'),
    ("answer", b"\0" + b'{"a":' * 400 + b"1" + b"}" * 400),
    ("answer", b"\x06" + b"[" * 900 + b"]" * 900),
    ("callback", b'{"status":"A","x":' + b"[" * 900 + b"]" * 900 + b"}"),
    ("callback", b'{"status":"A","x":1e999}'),
    ("kept", b"\x80"),
]


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_ends_well(name, data):
    """What the fuzzer, or somebody before it, has found stays mended."""
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@given(st.data())
def test_any_bytes_end_well(name, data):
    """Bytes from strangers make a value or the one error that is meant for them."""
    TARGETS[name](data.draw(st.binary()))


@pytest.mark.parametrize("name", TARGETS)
@given(st.data())
def test_any_change_of_a_sample_ends_well(name, data):
    """So do those that look like what is meant to come, up to a piece."""
    seed = data.draw(st.sampled_from(SEEDS[name]))
    start, end = sorted(data.draw(st.integers(0, len(seed))) for _ in range(2))
    piece = data.draw(st.binary(max_size=8) | st.sampled_from(PIECES))

    TARGETS[name](seed[:start] + piece + seed[end:])
