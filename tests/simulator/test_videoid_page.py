"""The page behind the link of a Video ID."""


async def test_each_link_opens_its_own_page(api, opened):
    """Who finishes by one link leaves the others as they are."""
    details = [(await opened()).body["detail"] for _ in range(3)]
    async with api.http.post(details[1]["videoid_link"], data={"outcome": "fail"}):
        pass

    statuses = [api.simulator.requests[each["request_pk"]].status for each in details]
    assert statuses == ["VIDEOPENDING", "VIDEOERROR", "VIDEOPENDING"]


async def test_there_is_no_page_without_a_link(api, opened):
    """A Video ID whose evidence is uploaded has none, nor has an unknown key."""
    detail = (await opened()).body["detail"]
    page, _, key = detail["videoid_link"].rpartition("/")
    record = api.simulator.videoids[detail["videoid_pk"]]
    statuses = []
    for external, tried in ((False, key), (False, "unknown"), (True, key)):
        record.external = external
        async with api.http.get(f"{page}/{tried}") as answer:
            statuses.append(answer.status)

    assert statuses == [200, 404, 404]


async def test_a_page_serves_once(api, opened):
    """Who has failed cannot finish afterwards."""
    link = (await opened()).body["detail"]["videoid_link"]
    statuses = []
    for outcome in ("fail", "finish"):
        async with api.http.post(link, data={"outcome": outcome}) as answer:
            statuses.append(answer.status)

    assert statuses == [200, 410]


async def test_the_page_asks_while_it_may(api, opened):
    """It shows a form for the person's data, and thanks when all is over."""
    link = (await opened()).body["detail"]["videoid_link"]
    async with api.http.get(link) as answer:
        asked = await answer.text()
    async with api.http.post(link, data={"outcome": "finish"}) as answer:
        thanked = await answer.text()
    async with api.http.get(link) as answer:
        again = await answer.text()

    assert answer.content_type == "text/html"
    assert 'name="serial_number" value="0000000T"' in asked
    assert 'value="fail"' in asked
    assert "Thank you" in thanked
    assert again == thanked
    assert "<form" not in thanked


async def test_the_page_gives_a_name_unless_told_otherwise(api, opened):
    """What the person does not change is made up, and there is a video."""
    detail = (await opened()).body["detail"]
    form = {"outcome": "finish", "surname_2": "Ñandú"}
    async with api.http.post(detail["videoid_link"], data=form):
        pass
    person = api.simulator.requests[detail["request_pk"]].applicant.person()
    path = f"/videoid/{detail['videoid_pk']}/download/video"

    assert person.full_name == "Simulated Person Ñandú"
    assert b"ftypmp42" in (await api.call("GET", path)).body


async def test_the_page_knows_two_outcomes(api, opened):
    """Anything else is refused and changes nothing."""
    detail = (await opened()).body["detail"]
    async with api.http.post(detail["videoid_link"], data={"outcome": "x"}) as answer:
        assert answer.status == 422

    assert api.simulator.requests[detail["request_pk"]].status == "VIDEOPENDING"


async def test_a_failure_is_told(api, opened, target):
    """Who fails on the page is told of to the fixed URL."""
    api.simulator.videoid.callback = target.url
    link = (await opened()).body["detail"]["videoid_link"]
    async with api.http.post(link, data={"outcome": "fail"}):
        pass

    assert await target.events(2) == ["REQUEST_CREATED", "VIDEOID_FAILED"]
