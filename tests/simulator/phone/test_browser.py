"""The phone page in a real browser, which must find nothing to complain about."""

import shutil
from contextlib import AsyncExitStack

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

from oneshot_async.simulator import Faults, Simulator

pytestmark = pytest.mark.needs("chromium")

# How long a machine with other work may take, in milliseconds.
expect.set_options(timeout=30_000)

# Everything below works with the page of a simulator on this machine, which a browser
# trusts as it does TLS; by another name it is one of many sites.
ELSEWHERE = "simulator.test"


@pytest.fixture
async def chromium():
    # Nothing foreign is opened, and in containers there is no sandbox to be had.
    arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        yield browser
        await browser.close()


@pytest.fixture
def complaints():
    """What the windows of the browser complain about, which must be nothing."""
    complaints = []
    yield complaints
    assert complaints == []


@pytest.fixture
async def open_page(chromium, api, complaints):
    """A function that opens the page in a browser of its own."""

    def listen(page):
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))

    async with AsyncExitStack() as opened:

        async def open_one(url=None, **options):
            context = await chromium.new_context(**options)
            opened.push_async_callback(context.close)
            context.on("page", listen)
            page = await context.new_page()
            await page.goto(url or api.simulator.phone_url)
            return page

        yield open_one


@pytest.fixture
async def page(open_page):
    """The page, which moves with the simulator."""
    page = await open_page()
    await expect(page.get_by_role("status").first).to_have_text("Live")
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


async def test_a_code_is_read_and_signs(api, ready, page):
    """The code that arrives on the telephone is the one that signs."""
    card = page.get_by_role("article", name="Given Surname")
    await expect(card).to_contain_text("ENROLLREADY")
    await api.code(ready)

    code = await page.get_by_role("log").locator(".code code").text_content()
    reply = await api.sign(ready, secret=code)

    assert reply.status == 200
    await expect(card).to_contain_text("ISSUED")
    await expect(page.locator("#announcer")).to_have_text(f"Request {ready} is signed")


async def test_a_code_is_copied(api, ready, open_page):
    """A button puts the code where it can be pasted from."""
    page = await open_page(permissions=["clipboard-read", "clipboard-write"])
    code = await api.code(ready)

    await button(page, f"Copy the code {code}").click()
    await expect(page.locator("#announcer")).to_have_text("Copied")

    assert await page.evaluate("navigator.clipboard.readText()") == code


async def test_a_video_id_is_finished_by_clicking(api, opened, page):
    """The person on the telephone identifies, and an officer may go on."""
    pk = (await opened()).body["detail"]["request_pk"]
    card = page.locator(f"#request-{pk}")
    await expect(card).to_contain_text("VIDEOPENDING")

    await page.get_by_role("button", name="Finish Video ID").click()
    await expect(card).to_contain_text("VIDEOINCOMPLETE")
    await expect(card).to_contain_text("Simulated Person")
    await button(page, "+ 30 s").click()

    await expect(card).to_contain_text("VIDEOREVIEW")
    await expect(page.get_by_role("button", name="Finish Video ID")).to_have_count(0)


async def test_a_video_id_is_failed_by_clicking(api, opened, page):
    """The person on the telephone may fail too."""
    pk = (await opened()).body["detail"]["request_pk"]

    await page.get_by_role("button", name="Fail Video ID").click()

    await expect(page.locator(f"#request-{pk}")).to_contain_text("VIDEOERROR")


async def test_a_person_is_entered_on_the_page_of_a_video_id(api, opened, page):
    """Behind the link there is a form that says who was in front of the camera."""
    pk = (await opened()).body["detail"]["request_pk"]
    await page.get_by_role("link", name="identify yourself").click()
    await page.get_by_label("Given name").fill("Łucja")
    await page.get_by_label("First surname").fill("<Ñandú>")
    await button(page, "Finish the identification").click()
    await page.get_by_role("link", name="Back to the telephone").click()

    name = page.locator(f"#request-{pk}").get_by_role("heading")

    await expect(name).to_have_text("Łucja <Ñandú>")


async def test_a_signed_document_is_opened(api, ready, page, sample):
    """The signed version opens beside the page, as a PDF."""
    await api.sign(ready, secret=await api.code(ready))

    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="Signed").click()
    document = await opening.value
    await document.wait_for_load_state()
    content = await (await page.context.request.get(document.url)).body()

    assert await document.evaluate("document.contentType") == "application/pdf"
    assert content.startswith(sample)
    assert len(content) > len(sample)


async def test_the_clock_is_advanced(api, page):
    """A button lets time pass, on the telephone and in the simulator."""
    before = api.simulator.clock.now()

    await button(page, "+ 10 min").click()

    await expect(page.locator("#hour time")).to_have_attribute(
        "datetime", api.simulator.clock.now().replace(microsecond=0).isoformat()
    )
    assert (api.simulator.clock.now() - before).total_seconds() == 600


async def test_a_callback_is_lost(api, create, page):
    """The next callback is lost, and then no other."""
    await button(page, "Lose").click()
    await expect(button(page, "Lose")).to_have_attribute("aria-pressed", "true")
    await create()
    await expect(button(page, "Lose")).to_have_attribute("aria-pressed", "false")
    await api.approval()

    await expect(page.locator(".fate")).to_have_text(["204 kept", "lost"])


async def test_the_page_keeps_the_readers_place(api, ready, create, page):
    """What changes around it leaves a focus and an unfolded body as they are."""
    await create()
    folded = page.locator("#callback-1 summary")
    await folded.click()
    link = page.locator(f"#contract-{ready}")
    await link.focus()

    api.simulator.force(ready, "CANCELLED")
    await create()
    await expect(page.locator(f"#request-{ready}")).to_contain_text("is cancelled")
    await expect(page.locator("#callback-2")).to_be_visible()

    await expect(link).to_be_focused()
    await expect(page.locator("#callback-1 pre")).to_be_visible()


async def test_the_page_finds_the_simulator_again(open_page, free_port, complaints):
    """When the simulator goes the page says so, and goes on with the next one."""
    port = free_port()
    async with Simulator(port=port) as simulator:
        page = await open_page(simulator.phone_url)
        await expect(page.locator("#live")).to_have_text("Live")
    await expect(page.locator("#live")).to_have_text("The simulator is away")
    await button(page, "Lose").click()
    await expect(page.locator("#announcer")).to_have_text("The simulator is away.")

    async with Simulator(port=port) as simulator:
        simulator.faults.next_callback = Faults(late=30)
        await expect(page.locator("#live")).to_have_text("Live")
        await expect(button(page, "Delay 30 s")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.close()

    assert complaints
    complaints.clear()


async def test_the_page_works_without_scripts(api, opened, open_page):
    """Without scripts it reads, acts, and says how to see what is new."""
    pk = (await opened()).body["detail"]["request_pk"]
    page = await open_page(java_script_enabled=False)
    await button(page, "Send twice").click()
    await expect(button(page, "Send twice")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Finish Video ID").click()
    await page.get_by_role("link", name="Back to the telephone").click()
    await page.get_by_role("link", name="Reload to see what is new").click()

    await expect(page.locator(f"#request-{pk}")).to_contain_text("Simulated Person")
    await expect(page.locator(".copy:visible")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_page_works_from_another_machine(api, open_page, scripts):
    """By a name that browsers do not trust, its forms are still known as its own."""
    url = api.simulator.phone_url.replace("127.0.0.1", ELSEWHERE)
    page = await open_page(url, java_script_enabled=scripts)

    await button(page, "Lose").click()

    await expect(button(page, "Lose")).to_have_attribute("aria-pressed", "true")


async def test_another_site_has_no_power(api, open_page, complaints):
    """A form on another site, which posts to this page, is refused by it."""
    url = api.simulator.phone_url.replace("127.0.0.1", ELSEWHERE)
    page = await open_page(f"{url}openapi.json")
    await page.evaluate(
        """(action) => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action });
          form.innerHTML = '<input name="seconds" value="90">';
          document.body.append(form);
          form.submit();
        }""",
        f"{api.simulator.phone_url}clock",
    )

    await expect(page.get_by_role("heading")).to_have_text("Forbidden")
    assert "403 (Forbidden)" in complaints.pop()


@pytest.fixture(params=["light", "dark"])
async def look_of(request, api, ready, opened, create, open_page):
    """A function that opens a full page in a window, light or dark."""
    await opened()
    await create()
    await api.code(ready)
    await api.told(1)

    async def open_one(width):
        return await open_page(
            viewport={"width": width, "height": 800},
            color_scheme=request.param,
            reduced_motion="reduce",
        )

    return open_one


@pytest.mark.parametrize("width", [320, 768, 1024, 1440])
async def test_the_page_fits(look_of, width):
    """Nothing runs out of a narrow window or a wide one."""
    page = await look_of(width)

    assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("link", [None, "identify yourself"])
async def test_the_pages_are_accessible(look_of, width, link):
    """A checker of accessibility finds no fault with the pages."""
    page = await look_of(width)
    await page.locator("summary").click()
    if link:
        await page.get_by_role("link", name=link).click()

    found = await Axe().run(page)

    assert [each["id"] for each in found.response["violations"]] == []


@pytest.mark.parametrize("width", [390, 900])
async def test_the_callbacks_stay_near(open_page, create, width):
    """In a narrow window they do not move down with each request."""

    async def place():
        return (await page.locator("#callbacks").bounding_box())["y"]

    for _ in range(5):
        await create()
    page = await open_page(viewport={"width": width, "height": 800})
    before = await place()
    for _ in range(5):
        await create()
    await expect(page.locator(".card")).to_have_count(10)

    assert await place() == before


@pytest.mark.parametrize("width", [320, 1440])
async def test_what_is_clicked_can_be_hit(look_of, width):
    """Links and buttons, but for those within a sentence, are 24 pixels high."""
    page = await look_of(width)

    heights = await page.eval_on_selector_all(
        "button:not(.copy), summary, nav a, .papers a, .foot a",
        "found => found.map(each => each.getBoundingClientRect().height)",
    )

    assert len(heights) > 10
    assert min(heights) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
async def test_the_reference_fits_and_is_accessible(api, open_page, width, scheme):
    """All of it unfolded, nothing runs out of the window, and all can be read."""
    page = await open_page(
        f"{api.simulator.phone_url}docs",
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    await page.eval_on_selector_all(
        "details", "found => found.forEach((each) => { each.open = true })"
    )

    assert await page.evaluate("document.documentElement.scrollWidth") == width
    found = await Axe().run(page)
    assert [each["id"] for each in found.response["violations"]] == []
