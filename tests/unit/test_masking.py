"""What we sent is taken out of what is said about it."""

import base64

import pytest

from oneshot_async import File
from oneshot_async._masking import Mask

SENT = {"token": "abcd-ü 1", "pins": ["918273", {"x": "Short"}], "n": "ab", "f": 5}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("no abcd-ü 1 here", "no *** here"),
        ("no ABCD-Ü 1 here", "no *** here"),
        ("no abcd-%C3%BC%201 here", "no *** here"),
        (r"no abcd-\u00fc 1 here", "no *** here"),
        ("short, SHORT", "***, ***"),
        ("ab is too little to be known", "ab is too little to be known"),
        (918273, "***"),
        ([918274, True, None, 1.5], [918274, True, None, 1.5]),
        ({"918273": {"in": ["Short"]}}, {"***": {"in": ["***"]}}),
    ],
)
def test_text_that_was_sent_is_masked(said, left):
    """In whatever case, writing and place it comes back, it is replaced."""
    assert Mask.of(SENT).over(said) == left


def test_name_of_a_file_is_masked():
    """A file's name was sent along with it."""
    mask = Mask.of({"file": File(content=b"", name="mine.pdf")})

    assert mask.over("mine.pdf is no PDF") == "*** is no PDF"


def test_clear_form_of_what_was_sent_in_base64_is_masked():
    """A password that is sent in base64 may be quoted in the clear."""
    packed = base64.b64encode("pässword".encode()).decode()

    assert Mask.of([packed]).over(f"{packed} pässword") == "*** ***"


@pytest.mark.parametrize("sent", [{}, [], None, {"a": 5}, "abc"])
def test_nothing_recognisable_masks_nothing(sent):
    """Without a text that can be recognised, what is said stays as it is."""
    assert Mask.of(sent).over("said: *** and all") == "said: *** and all"
