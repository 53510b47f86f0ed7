"""What can be done on the phone page."""

import pytest

from oneshot_async.simulator import Faults

PRESSED = r'value="none" aria-pressed="true">([^<]*)<'


async def test_time_can_be_let_pass(api, post):
    """The simulator's clock is advanced, and the browser shows the page again."""
    before = api.simulator.clock.now()

    answer = await post("clock", seconds="90")

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (api.simulator.clock.now() - before).total_seconds() == 90


@pytest.mark.parametrize(
    "seconds",
    ["", "x", "0", "-1", "1.5", "1e3", "inf", "nan", "2592001", "9" * 99, "٣"],
)
async def test_time_passes_in_seconds(api, post, seconds):
    """What is no number of seconds, or very many, is refused and changes nothing."""
    before = api.simulator.clock.now()

    answer = await post("clock", seconds=seconds)

    assert answer.status == 422
    assert "seconds: a whole number" in await answer.text()
    assert api.simulator.clock.now() == before


@pytest.mark.parametrize(
    ("name", "label", "faults"),
    [
        ("lost", "Lose", Faults(lost=1)),
        ("doubled", "Send twice", Faults(doubled=1)),
        ("late", "Delay 30 s", Faults(late=30)),
    ],
)
async def test_the_next_callback_can_be_disturbed(api, post, look, name, label, faults):
    """What is to befall it is chosen with a button, which stays pressed."""
    answer = await post("next-callback", disturbance=name)

    assert answer.status == 303
    assert api.simulator.faults.next_callback == faults
    assert (await look()).all(PRESSED) == [label]


async def test_a_disturbance_can_be_called_off(api, post, look):
    """A pressed button lets the next callback alone."""
    await post("next-callback", disturbance="lost")
    await post("next-callback", disturbance="none")

    assert api.simulator.faults.next_callback is None
    assert (await look()).all(PRESSED) == []


async def test_a_disturbance_is_over_when_it_has_struck(api, post, look, create):
    """After a callback was lost no button is pressed."""
    await post("next-callback", disturbance="lost")
    await create()

    assert await api.told(1) == ["lost"]
    assert (await look()).all(PRESSED) == []


async def test_other_faults_of_the_next_callback_are_shown(api, look):
    """Faults that a program has set for it can be seen and called off."""
    api.simulator.faults.next_callback = Faults(forged=1)

    page = await look()

    assert "It has faults of its own." in page.text
    assert page.all(PRESSED) == []


async def test_no_other_disturbance_is_known(api, post):
    """Anything else is refused and changes nothing."""
    answer = await post("next-callback", disturbance="<b>")

    assert answer.status == 422
    assert api.simulator.faults.next_callback is None


async def test_a_broken_form_is_refused(post):
    """A form that cannot be read is refused as a page."""
    answer = await post("clock", headers={"Content-Type": "multipart/form-data"})

    assert (answer.status, answer.content_type) == (422, "text/html")
