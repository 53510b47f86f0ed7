"""Identifications that go on in another process, from the state that was kept."""

import asyncio
import json

import pytest

from oneshot_async.errors import InvalidInputError


@pytest.fixture
async def another(connect):
    """A function that goes on with a state as a process does that has just begun."""
    clients = []

    async def resume(begun):
        for client in clients:
            await client.close()
        clients.append(await connect())
        state = json.loads(json.dumps(begun.state))
        if "videoid_pk" in state:
            return await clients[-1].resume_identification(state)
        return await clients[-1].resume(state)

    return resume


@pytest.fixture
def by_others(another, simulator, telephone, times, approvals, checks, pdf):
    """A function that has each step from the review on done by another process."""
    simulator.videoid.two_steps = True

    async def go_on(begun):
        await (await another(begun)).reviewable()
        for _ in range(2):
            await (await another(begun)).approve(rao_id=simulator.rao_id)
        signing = await (await another(begun)).signing(pdf)
        code = await telephone.code_for(await another(signing))
        (signed,) = await (await another(signing)).sign(code)
        (again,) = await (await another(signing)).download()
        assert signed.content == again.content
        assert (approvals(), times()) == (2, {"create": 0, "otp": 1, "sign": 1})
        (check,) = await checks(signed.content)
        return check

    return go_on


async def test_every_step_may_be_another_process(identify, visit, by_others):
    """From the person's page to the document that is fetched once more."""
    begun = await identify()
    await visit(begun.link, outcome="finish", given_name="Ñandú")

    check = await by_others(begun)

    assert check.valid
    assert check.signer.startswith("Ñandú")


async def test_evidence_may_come_from_another_process(
    identify, simulator, another, evidences, by_others
):
    """The images come from one process, the video from a second, and so on."""
    simulator.videoid.external = True
    begun = await identify()
    await (await another(begun)).upload_evidences(evidences)
    await (await another(begun)).upload_video(b"video")

    check = await by_others(begun)

    assert check.valid
    assert check.signer.startswith("Łukasz Gómez")


async def test_callbacks_wake_a_resumed_identification(hearing, connect, visit):
    """They come to the fixed URL, whoever began: nobody needs to poll."""
    client = await connect()
    begun = await client.identify(
        mobile_phone_number="+34600000077", email="someone@example.com"
    )
    resumed = await hearing.resume_identification(begun.state)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        reviewing = group.create_task(resumed.reviewable())
        await visit(begun.link, outcome="finish")

    assert reviewing.result().status == "VIDEOREVIEW"


async def test_a_state_has_both_numbers_and_no_link(identify, another):
    """The link is a secret: it is not kept, and is gone after a resumption."""
    begun = await identify()

    resumed = await another(begun)

    assert set(begun.state) == {"request_pk", "videoid_pk"}
    assert (resumed.state, resumed.link) == (begun.state, "")
    assert begun.link not in repr(begun)


async def test_nonsense_is_no_state(connect):
    """A state without both numbers is refused, and so is one still written as text."""
    client = await connect()

    with pytest.raises(InvalidInputError, match="no state of an identification"):
        await client.resume_identification({"request_pk": 1})
    with pytest.raises(InvalidInputError, match=r"give .*json\.loads.*, not str"):
        await client.resume_identification('{"request_pk": 1, "videoid_pk": 2}')


async def test_state_is_kept_when_it_is_created(simulator, client):
    """Whoever keeps the state has it before the identification is returned."""
    kept = []

    async def keep(state):
        kept.append(state)

    begun = await client.identify(
        mobile_phone_number="+34600000077",
        email="someone@example.com",
        on_state=keep,
    )

    assert kept == [begun.state]
    assert kept[0]["request_pk"] in simulator.requests
