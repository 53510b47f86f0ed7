"""How callbacks may fail, and how often."""

from datetime import datetime

import pytest

from oneshot_async.simulator import Faults


@pytest.fixture
def faults(api):
    return api.simulator.faults


async def test_a_callback_may_be_lost(api, target, create, faults):
    """A lost callback is never sent, but written down."""
    faults.lost = True
    await create()
    outcomes = await api.told(1)
    faults.lost = False

    await api.approval()
    told = await target.events(1)

    assert outcomes == ["lost"]
    assert told == ["REQUEST_APPROVED"]


async def test_a_callback_may_come_twice(target, create, faults):
    """A doubled callback comes twice, word for word."""
    faults.doubled = True
    await create()

    first, second = await target.take(2)

    assert first == second


async def test_callbacks_may_be_reordered(api, target, create, faults):
    """A callback may be overtaken by the next one."""
    faults.reordered = True
    await create()
    await api.approval()

    told = await target.events(2)

    assert told == ["REQUEST_APPROVED", "REQUEST_CREATED"]


async def test_a_callback_held_back_comes_at_last(api, target, create, faults, settle):
    """A callback that nothing overtakes is delivered after a while."""
    faults.reordered = True
    api.simulator.timings.approval = 3600
    await create()
    await settle()
    nothing_yet = target.got.empty()

    api.simulator.clock.advance(1)
    told = await target.events(1)

    assert nothing_yet
    assert told == ["REQUEST_CREATED"]


async def test_callbacks_may_be_late(api, target, create, faults, settle):
    """Late callbacks come in order when their delay has passed."""
    faults.late = 30
    await create()
    await api.approval()
    api.simulator.clock.advance(29)
    await settle()
    nothing_yet = target.got.empty()

    api.simulator.clock.advance(1)
    told = await target.events(2)

    assert nothing_yet
    assert told == ["REQUEST_CREATED", "REQUEST_APPROVED"]


async def test_a_callback_may_lack_the_pk(target, create, faults):
    """A callback may show nothing of its request but the status."""
    faults.without_pk = True
    await create()

    (body,) = await target.take(1)

    assert body["request"] == {"status": "CREATED"}


async def test_a_callback_may_have_the_old_form(api, target, create, faults):
    """A callback may have the older form, in which the request is a number."""
    faults.old_form = True
    pk = await create()
    await api.approval()

    _, body = await target.take(2)

    assert set(body) == {
        "status",
        "date",
        "previous_status",
        "request",
        "registration_authority",
    }
    assert (body["request"], body["previous_status"]) == (pk, "CREATED")
    assert datetime.fromisoformat(body["date"]).tzinfo is None


async def test_a_callback_may_carry_the_pk_as_text(target, create, faults):
    """The pk may be text."""
    faults.string_pk = True
    pk = await create()

    (body,) = await target.take(1)

    assert body["request"]["pk"] == str(pk)


@pytest.mark.parametrize("without_pk", [False, True])
async def test_faults_of_the_form_go_together(target, create, faults, without_pk):
    """The older form may carry the pk as text, or not at all."""
    faults.old_form = faults.string_pk = True
    faults.without_pk = without_pk
    pk = await create()

    (body,) = await target.take(1)

    assert body.get("request") == (None if without_pk else str(pk))


async def test_a_callback_may_carry_a_single_certificate(target, create, faults):
    """An object may stand in place of the list of certificates."""
    faults.single_certificate = True
    await create()

    (body,) = await target.take(1)

    assert body["certificates"] == {
        "status": "",
        "serial_number": "",
        "valid_from": "",
        "valid_to": "",
    }


async def test_a_callback_may_be_forged(target, create, faults):
    """Lies about this request and another one may precede the truth."""
    faults.forged = True
    pk = await create()

    lies = await target.take(2)
    (truth,) = await target.take(1)

    assert [(lie["request"]["pk"], lie["request"]["status"]) for lie in lies] == [
        (pk, "ISSUED"),
        (pk + 1, "CANCELLED"),
    ]
    assert truth["request"]["status"] == "CREATED"


async def test_a_callback_may_be_of_an_unknown_event(target, create, faults):
    """An event that nobody knows may precede the one that happened."""
    faults.unknown_event = True
    await create()

    told = await target.events(2)

    assert told == ["REQUEST_PONDERED", "REQUEST_CREATED"]


async def test_callbacks_may_come_before_the_answer(api, create, faults):
    """The approval may be told before create has answered."""
    faults.before_answer = True

    pk = await create()
    told = [record.body["event_type"] for record in api.simulator.callbacks]

    assert told == ["REQUEST_CREATED", "REQUEST_APPROVED"]
    assert api.simulator.requests[pk].status == "ENROLLREADY"


@pytest.mark.parametrize(
    ("once", "told"),
    [
        (Faults(lost=1), ["REQUEST_APPROVED"]),
        (Faults(doubled=1), ["REQUEST_CREATED", "REQUEST_CREATED", "REQUEST_APPROVED"]),
        (Faults(reordered=1), ["REQUEST_APPROVED", "REQUEST_CREATED"]),
    ],
)
async def test_faults_may_be_for_the_next_callback(
    api, target, create, faults, once, told
):
    """What is to befall the next callback befalls no other."""
    faults.next_callback = once
    await create()
    await api.approval()

    assert await target.events(len(told)) == told
    assert faults.next_callback is None


async def test_the_next_callback_may_be_late(api, target, create, faults, settle):
    """A callback that is late is on its way until then, and those behind it wait."""
    faults.next_callback = Faults(late=30)
    await create()
    await api.approval()
    underway = [errand.notice.status for errand in api.simulator._courier.underway]
    nothing_yet = target.got.empty()

    api.simulator.clock.advance(30)
    told = await target.events(2)
    await api.told(2)

    assert nothing_yet
    assert underway == ["CREATED", "ENROLLREADY"]
    assert told == ["REQUEST_CREATED", "REQUEST_APPROVED"]
    assert not api.simulator._courier.underway


async def test_the_next_callback_may_come_before_the_answer(api, create, faults):
    """Faults for the next callback hold for one that is told before the answer too."""
    faults.before_answer = True
    faults.next_callback = Faults(lost=1)

    await create()

    assert [record.outcome for record in api.simulator.callbacks] == ["lost", 204]


async def test_all_faults_at_once_lose_nothing_else(api, create, faults):
    """With every fault at every chance the service goes on and ends cleanly."""
    for name in ("doubled", "reordered", "without_pk", "forged", "lost", "old_form"):
        setattr(faults, name, 0.5)
    numbers = [await create() for _ in range(5)]
    await api.approval()
    api.simulator.clock.advance(1)

    statuses = [api.simulator.requests[pk].status for pk in numbers]
    await api.told(10)

    assert statuses == ["ENROLLREADY"] * 5


async def test_requests_do_not_wait_for_each_other(api, target, faults, settle):
    """A receiver that is slow for one request does not delay another's callbacks."""
    faults.late = 3600
    await api.create(useasync="true", callback=target.url)
    await settle()
    faults.late = 0
    other = await api.create(useasync="true", callback=target.url)

    (body,) = await target.take(1)

    assert body["request"]["pk"] == other


def test_chances_can_be_repeated():
    """The same seed draws the same faults."""
    drawn = [
        [faults.strikes(0.3) for _ in range(50)]
        for faults in (Faults(seed=7), Faults(seed=7), Faults(seed=8))
    ]

    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(("chance", "struck"), [(0, 0), (True, 100), (1.0, 100)])
def test_certain_chances_are_certain(chance, struck):
    """A chance of 0 never strikes, one of 1 always."""
    faults = Faults()

    assert sum(faults.strikes(chance) for _ in range(100)) == struck


@pytest.mark.parametrize("chance", [-0.1, 1.1])
def test_chances_are_between_nothing_and_everything(chance):
    """A probability that is none is refused, also later."""
    faults = Faults()

    with pytest.raises(ValueError, match="lost"):
        faults.lost = chance
    with pytest.raises(ValueError, match="forged"):
        Faults(forged=chance)
