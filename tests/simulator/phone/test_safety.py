"""What strangers can do to the phone page, and with it: nothing."""

import re

import pytest

HOSTILE = "<b id=x>\"'&amp;</b>"
SELF = "http://{host}"


def hostile_headers():
    return [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": SELF},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
    ]


@pytest.fixture
def address(api):
    return api.simulator.phone_url.split("/")[2]


@pytest.mark.parametrize("headers", hostile_headers())
@pytest.mark.parametrize(
    ("path", "form"),
    [("clock", {"seconds": "90"}), ("next-callback", {"disturbance": "lost"})],
)
async def test_another_site_can_do_nothing(api, post, address, headers, path, form):
    """What another site has a browser send is refused and changes nothing."""
    before = api.simulator.clock.now()
    headers = {name: value.format(host=address) for name, value in headers.items()}

    answer = await post(path, headers=headers, **form)

    assert answer.status == 403
    assert api.simulator.clock.now() == before
    assert api.simulator.faults.next_callback is None


@pytest.mark.parametrize("headers", hostile_headers())
async def test_another_site_can_identify_nobody(api, opened, post, address, headers):
    """The page of a Video ID takes forms of its own only."""
    detail = (await opened()).body["detail"]
    key = detail["videoid_link"].rpartition("/")[2]
    headers = {name: value.format(host=address) for name, value in headers.items()}

    answer = await post(f"identification/{key}", headers=headers, outcome="fail")

    assert answer.status == 403
    assert api.simulator.requests[detail["request_pk"]].status == "VIDEOPENDING"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": SELF},
    ],
)
async def test_the_page_and_programs_may_act(api, post, address, headers):
    """A form of the page itself is taken, and that of who is no browser."""
    headers = {name: value.format(host=address) for name, value in headers.items()}

    answer = await post("clock", headers=headers, seconds="1")

    assert answer.status == 303


async def test_whatever_is_said_is_text(api, target, look, upload_form, sample):
    """Names, numbers, profiles, statuses, files and hosts cannot break the page."""
    said = dict.fromkeys(("given_name", "surname_1", "surname_2", "profile"), HOSTILE)
    url = f"http://{HOSTILE}/"
    pk = await api.create(**said, useasync="true", callback=url)
    record = api.simulator.requests[pk]
    await api.approval()
    await api.code(pk)
    await api.call("POST", f"/document/{pk}", form=upload_form(**{HOSTILE: sample}))
    for document in record.documents.values():
        document.filename = HOSTILE
    api.simulator.force(pk, HOSTILE)
    await api.told(3)

    page = await look()

    assert HOSTILE not in page.source
    assert page.text.count(HOSTILE) >= 5


async def test_a_number_is_text(api, opened, look):
    """A telephone number from a Video ID, which nobody checks, is text."""
    detail = (await opened()).body["detail"]
    form = {"outcome": "finish", "given_name": HOSTILE}
    async with api.http.post(detail["videoid_link"], data=form):
        pass

    assert HOSTILE not in (await look()).source
    assert HOSTILE in (await look()).text


@pytest.mark.parametrize("path", ["", "identification/{key}", "static/nothing"])
async def test_pages_let_nothing_in(api, opened, look, path):
    """Browsers are told to load nothing from elsewhere and to run nothing inline."""
    key = (await opened()).body["detail"]["videoid_link"].rpartition("/")[2]
    url = api.simulator.phone_url + path.format(key=key)
    async with api.http.get(url) as answer:
        source = await answer.text()
    policy = dict(
        part.strip().split(" ", 1)
        for part in answer.headers["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", source)
    assert re.findall(r'\s(?:src|href|action)="(?!/|#)[^"]*"', source) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("look.css", "text/css"),
        ("phone.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_files_of_the_page_are_served(api, name, kind):
    """What the page is made of comes from the simulator."""
    async with api.http.get(f"{api.simulator.phone_url}static/{name}") as answer:
        content = await answer.read()

    assert (answer.status, answer.content_type) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert content


async def test_browsers_find_the_icon(api):
    """The icon is also where browsers look for it without being told."""
    async with api.http.get(f"{api.simulator.phone_url}favicon.ico") as answer:
        assert answer.content_type == "image/svg+xml"


async def test_no_other_file_is_served(api):
    """A path does not lead out of the folder."""
    url = f"{api.simulator.phone_url}static/..%2fpages.py"
    async with api.http.get(url) as answer:
        assert answer.status == 404
