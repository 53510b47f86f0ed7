"""What searches for marks finds them, so that finding none means something."""

import base64
import logging
import pickle
from urllib.parse import quote

import pytest

WAYS = {
    "plain": str,
    "repr": repr,
    "upper": str.upper,
    "quoted": lambda text: quote(f"ü {text}"),
    "hexadecimal": lambda text: text.encode().hex(),
    "pickled": lambda text: repr(pickle.dumps({"a": text})),
    **{
        f"base64 after {n}": lambda text, n=n: base64.b64encode(
            b"." * n + text.encode()
        ).decode()
        for n in range(3)
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_mark_is_found_in_any_writing(shown, planted, way):
    """However a marked text is written, it is found."""
    shown.texts.append(f"said: {WAYS[way](planted.mark('Any'))}!")

    assert shown.leaks() != []


@pytest.mark.parametrize("text", ["code 918273.", "(918273)", "x918273"])
def test_digits_are_found(shown, planted, text):
    """A code is found, but not within an address or a longer number."""
    shown.texts.append(text)
    assert shown.leaks() == [planted.digits]

    shown.texts[:] = ["0x7f918273", "1918273", "0.918273"]
    assert shown.leaks() == []


class LostError(Exception):
    """An error that has a value in one of its frames."""


def lose(value):
    raise LostError


def cause(value):
    try:
        lose(value)
    except LostError as error:
        raise ValueError("no") from error


def test_mark_in_a_frame_is_found(shown, planted, everything, monkeypatch):
    """A value in a frame of an error, or of its cause, or of a logged one is found."""
    monkeypatch.setitem(type(shown).add.__globals__, "TESTS", "nowhere")
    try:
        cause(planted.mark("Frame"))
    except ValueError as error:
        shown.add(error)
    assert shown.leaks() != []

    shown.texts.clear()
    try:
        lose(planted.mark("Frame"))
    except LostError:
        logging.getLogger("aiohttp.server").exception("lost")
    assert everything().leaks() != []
