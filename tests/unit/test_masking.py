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
    assert Mask.of(SENT, 99).over(said) == left


def test_name_of_a_file_is_masked():
    """A file's name was sent along with it."""
    mask = Mask.of({"file": File(content=b"", name="mine.pdf")}, 99)

    assert mask.over("mine.pdf is no PDF") == "*** is no PDF"


def test_clear_form_of_what_was_sent_in_base64_is_masked():
    """A password that is sent in base64 may be quoted in the clear."""
    packed = base64.b64encode("pässword".encode()).decode()

    assert Mask.of([packed], 99).over(f"{packed} pässword") == "*** ***"


@pytest.mark.parametrize("sent", [{}, [], None, {"a": 5}, "abc"])
def test_nothing_recognisable_masks_nothing(sent):
    """Without a text that can be recognised, what is said stays as it is."""
    assert Mask.of(sent, 99).over("said: *** and all") == "said: *** and all"


def test_large_quotation_is_masked():
    """An image that was sent is masked wherever it is quoted as a whole."""
    image = base64.b64encode(bytes(range(256)) * 99).decode()

    mask = Mask.of({"b64_image": image}, 2 * len(image))

    assert mask.over([f"{image} {image}", image.upper()]) == ["*** ***", "***"]


def test_what_is_larger_than_the_answer_is_left_alone():
    """A large text that cannot be quoted in an answer costs nothing."""
    image = "A" * 2000

    assert Mask.of([image], len(image) - 1) == Mask.of([], 0)


def test_letter_that_grows_in_lower_case_is_masked():
    """A text is found where it is although a letter before it is not as long."""
    izmir = "\u0130zmir"

    assert Mask.of([izmir], 99).over(f"\u0130 {izmir.upper()}.") == "\u0130 ***."


def test_what_is_no_secret_is_not_masked():
    """A setting that was sent, as an environment, is told as it is."""
    mask = Mask.of({"env": "sandbox", "useasync": "true", "pin": "Xsandbox"}, 99)

    assert mask.over(["no sandbox here", True]) == ["no sandbox here", True]
