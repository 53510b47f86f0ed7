"""The page shows to people what the document says to programs."""

import re
from html import unescape

import pytest

from oneshot_async.simulator.app.openapi.page import page_of


@pytest.fixture
def page(document):
    return page_of(document)


def test_the_page_names_every_operation(page, document):
    """Each operation is a heading, in the order of the document."""
    headings = re.findall("<h3>(.*?)</h3>", page)

    assert headings == [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    ]


def test_the_page_needs_nothing_from_elsewhere(page):
    """There are no scripts, and nothing is loaded."""
    assert not re.search(r"<script|\ssrc=|<link|@import|url\(", page)


def test_the_page_says_what_is_simulated_and_uncertain(page, document):
    """What the document says in words is on the page."""
    operation = document["paths"]["/create"]["post"]

    assert "SIMULATED - no legal value" in page
    assert operation["description"].rpartition("\n\n")[2] in unescape(page)


def test_the_page_tells_refusals_in_their_words(page):
    """A refusal is shown as the service words it."""
    said = "Cannot check the remaining credit for the billing user."

    assert said in page


@pytest.mark.parametrize(
    "cells",
    [
        ("given_name", "string", "required", ""),
        ("env", "sandbox | prod", "required", ""),
        ("signature.appearance.page", "integer", "", "Counted from 0."),
        ("signature_by_doc.*.usecountersignature", "boolean", "", ""),
        ("details.*.rao_id", "string", "required", ""),
        ("request.surname_2", "string | null", "required", ""),
    ],
)
def test_the_page_shows_what_bodies_hold(page, cells):
    """Each key has a row: its name, its type, whether it is needed, what it is."""
    assert f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" in page


def test_what_is_said_cannot_break_the_page(document):
    """What looks like HTML in the document is text on the page."""
    document["info"]["title"] = "<script>"

    assert "<script>" not in page_of(document)
