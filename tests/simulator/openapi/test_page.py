"""The page shows to people what the document says to programs."""

import re
from html import unescape

import pytest

from oneshot_async.simulator.app.openapi.page import values_of
from oneshot_async.simulator.app.templating import render


def page_of(document):
    return render("reference.html", values_of(document))


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
    """There are no scripts, and only the simulator's own look is loaded."""
    assert not re.search(r"<script|@import|url\(", page)
    assert all(re.findall(r'\s(?:src|href)="(/(?!/))?', page))


def test_the_page_shows_code_as_code(page):
    """What the document has in backticks, as Markdown does, is set as code."""
    assert "<code>useasync</code>" in page
    assert "`" not in page


def test_the_page_says_what_is_simulated_and_uncertain(page, document):
    """What the document says in words is on the page."""
    operation = document["paths"]["/create"]["post"]
    words = re.sub("</?code>", "`", unescape(page))

    assert "SIMULATED - no legal value" in page
    assert operation["description"].rpartition("\n\n")[2] in words


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
