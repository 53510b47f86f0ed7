"""What the phone page shows of what happens in the simulator."""

import pytest

from oneshot_async.simulator import Faults
from oneshot_async.simulator.app.phone.callbacks import fate_of


async def test_at_first_the_page_says_what_to_do(api, look):
    """Before anything happens the page names the URL to use."""
    page = await look()

    assert "No messages." in page.text
    assert "No requests yet." in page.text
    assert "No callbacks yet." in page.text
    assert f"oneshot-async sign {api.simulator.url} " in page.text


async def test_the_telephone_shows_its_messages(api, ready, look):
    """A code is shown with the number that it went to and the way it took."""
    await api.code(ready)
    api.simulator.clock.advance(61)
    await api.call("POST", f"/otp/{ready}", json={"delivery_method": "whatsapp"})
    codes = [sms.code for sms in api.simulator.sms]

    page = await look()

    assert page.all(r'<code id="code-\d+">(\d+)</code>') == codes[::-1]
    assert page.all(r"<b>(.*?) <time") == [
        "WhatsApp</b> to +34600000000",
        "SMS</b> to +34600000000",
    ]


async def test_the_telephone_shows_the_simulators_time(api, look):
    """The clock on the telephone is the simulator's own, to the second."""
    now = api.simulator.clock.now().replace(microsecond=0)

    shown = (await look()).all(r'id="hour"><time datetime="([^"]*)"')

    assert shown == [now.isoformat()]


async def test_a_request_is_shown_as_it_stands(api, ready, look):
    """A card has the person, the pk, the status in the API's word and in ours."""
    card = (await look()).card(ready)

    assert "Given Surname" in card.text
    assert f"ENROLLREADY {ready} is approved, wants a code" in card.text
    assert "PFnubeQAFCiudadano · synchronous" in card.text


async def test_a_status_that_nobody_knows_is_shown(api, ready, look):
    """A status that is not documented is shown by its word."""
    api.simulator.force(ready, "PONDERED")

    card = (await look()).card(ready)

    assert f"PONDERED {ready} is in a status of its own" in card.text


async def test_a_person_is_unknown_until_identified(api, opened, look):
    """The request of a Video ID has no name before its end."""
    detail = (await opened()).body["detail"]

    card = (await look()).card(detail["request_pk"])

    assert "Somebody yet unknown" in card.text


async def test_the_telephone_asks_to_identify(api, opened, look):
    """A Video ID that waits can be opened, finished and failed."""
    detail = (await opened()).body["detail"]
    path = "/identification/" + detail["videoid_link"].rpartition("/")[2]

    page = await look()

    assert page.all(r'<form class="notice"[^>]* action="([^"]*)"') == [path]
    assert page.all(r'<a href="(/identification/[^"]*)"') == [path]


@pytest.mark.parametrize("how", ["external", "over"])
async def test_the_telephone_asks_for_no_other_video_id(api, opened, look, how):
    """Whose evidence is uploaded, and what is over, is not on the telephone."""
    detail = (await opened()).body["detail"]
    if how == "external":
        api.simulator.videoids[detail["videoid_pk"]].external = True
    else:
        api.simulator.force(detail["request_pk"], "VIDEOERROR")

    page = await look()

    assert detail["videoid_link"].rpartition("/")[2] not in page.source


async def test_only_the_newest_are_shown(api, look):
    """However many there are, the page has the last fifty, newest first."""
    numbers = [await api.create() for _ in range(52)]

    page = await look()

    assert page.all(r'id="request-(\d+)"') == [str(pk) for pk in numbers[:1:-1]]


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (204, ("good", "204 kept")),
        (302, ("bad", "302 refused")),
        (404, ("bad", "404 refused")),
        (503, ("bad", "503 not kept")),
        ("lost", ("calm", "lost")),
        ("failed: TimeoutError", ("bad", "no answer")),
    ],
)
def test_callbacks_are_told_with_their_fate(outcome, fate):
    """What became of a callback is said in a word or two."""
    assert fate_of(outcome) == fate


async def test_callbacks_are_shown(api, create, target, look):
    """A callback has its event, its request, where it went and what became of it."""
    pk = await create()
    await api.told(1)

    page = await look()
    host = target.url.split("/")[2]

    assert 'REQUEST_CREATED 204 kept { "event_type": "REQUEST_CREATED"' in page.text
    assert f"}} {pk} to {host}" in page.text


async def test_the_page_keeps_the_secret_of_a_callback(api, create, target, look):
    """The path of a callback URL, which is a secret, is not on the page."""
    await create()
    await api.told(1)

    assert "/callbacks" not in (await look()).source


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", "http://["])
async def test_unanswered_callbacks_are_shown(api, look, url):
    """A callback that nobody answers says why, wherever it was to go."""
    pk = await api.create(useasync="true", callback=url)
    (outcome,) = await api.told(1)

    page = await look()
    host = "127.0.0.1:1" if "1" in url else "nowhere"

    assert "no answer" in page.text
    assert f"{pk} to {host}, {outcome.removeprefix('failed: ')}" in page.text


async def test_callbacks_without_an_event_are_shown(api, create, look):
    """Of the older form, which has no event, the status is shown."""
    api.simulator.faults.old_form = 1
    await create()
    await api.told(1)

    assert (await look()).all(r'<span class="event">(.*?)</span>') == ["CREATED"]


async def test_callbacks_on_their_way_are_shown(api, create, look, settle):
    """A callback that is late is shown with the time at which it will go."""
    simulator = api.simulator
    simulator.faults.next_callback = Faults(late=30)
    simulator.timings.approval = 3600
    await create()
    await settle()
    early = await look()
    simulator.clock.advance(30)
    await api.told(1)
    late = await look()

    fate = r'<span class="fate">(.*?)</span>'
    assert early.all(fate) == ["on its way"]
    assert f"due {simulator.clock.now():%H:%M:%S}" in early.text
    assert "due" not in late.text
    assert late.all(fate) == ["204 kept"]


async def test_the_page_is_no_part_of_the_api(api, look):
    """Who looks calls no operation, and is answered by a service that is away."""
    api.simulator.faults.unavailable = 1

    page = await look()

    assert "Requests" in page.text
    assert list(api.simulator.calls) == []
