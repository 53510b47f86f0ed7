"""The phone page, as a program fetches it."""

import re
from html import unescape

import attrs
import pytest

CARD = re.compile(r'<article class="card (\w+)" id="request-(\d+)".*?</article>', re.S)


@attrs.frozen
class Html:
    """A page or a part of one."""

    source: str

    @property
    def text(self):
        """What a person reads, with single spaces."""
        bare = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", self.source)
        return " ".join(unescape(bare).split())

    def card(self, pk):
        """Return the card of a request."""
        (found,) = (each for each in CARD.finditer(self.source) if each[2] == str(pk))
        return Html(found[0])

    def all(self, pattern):
        return [unescape(found) for found in re.findall(pattern, self.source)]


@pytest.fixture
def look(api):
    """A function that fetches the page."""

    async def fetch(path=""):
        async with api.http.get(api.simulator.phone_url + path) as answer:
            return Html(await answer.text())

    return fetch


@pytest.fixture
def post(api):
    """A function that posts a form and returns the answer, which it does not follow."""

    async def send(path, headers=None, **form):
        url = api.simulator.phone_url + path
        async with api.http.post(
            url, data=form, headers=headers, allow_redirects=False
        ) as answer:
            await answer.read()
            return answer

    return send
