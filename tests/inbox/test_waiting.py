"""Waiting for callbacks: before, after, together, in vain."""

import asyncio

import pytest

from oneshot_async import Correlation, RequestStatus
from oneshot_async.errors import InboxClosedError, InvalidInputError

C = Correlation("correlation")


async def test_event_before_the_wait_ends_it(inbox, event):
    """A wait for what has happened already ends at once."""
    await inbox.deliver(event("ISSUED"))

    found = await inbox.wait(7, {"ISSUED"})

    assert (found.status, found.sequence) == ("ISSUED", 1)


async def test_event_after_the_wait_ends_it(inbox, event, waiting):
    """A wait ends when its event is delivered."""
    task = await waiting(7, {"ISSUED"})
    await inbox.deliver(event("ISSUED"))

    assert (await task).sequence == 1


async def test_first_event_that_fits_is_returned(inbox, event):
    """Of several events that fit, the first to arrive is returned."""
    for status in ("CREATED", "ENROLLREADY", "ISSUED"):
        await inbox.deliver(event(status))

    assert (await inbox.wait(7, {"ENROLLREADY", "ISSUED"})).status == "ENROLLREADY"


@pytest.mark.parametrize(
    ("wanted", "status"), [("ENROLLREADY", "CREATED"), ("CREATED", "ENROLLREADY")]
)
async def test_other_statuses_do_not_end_a_wait(
    inbox, event, waiting, settle, wanted, status
):
    """An event with a status that was not waited for leaves the wait alone."""
    task = await waiting(7, {wanted})
    await inbox.deliver(event(status))
    await settle()

    assert not task.done()
    task.cancel()


async def test_other_requests_do_not_end_a_wait(inbox, event, waiting, settle):
    """An event of another request leaves the wait alone."""
    task = await waiting(7)
    await inbox.deliver(event("ISSUED", pk=8))
    await settle()

    assert not task.done()
    task.cancel()


async def test_all_who_wait_are_woken(inbox, event, waiting):
    """Each of several waits for one request gets the event."""
    tasks = [await waiting(7, {"ISSUED"}) for _ in range(3)]
    await inbox.deliver(event("ISSUED"))

    assert [found.sequence for found in await asyncio.gather(*tasks)] == [1, 1, 1]


async def test_one_status_may_be_given_alone(inbox, event):
    """A lone status is one status, not the letters of it."""
    await inbox.deliver(event("ENROLLREADY"))

    assert (await inbox.wait(7, RequestStatus.ENROLLREADY)).status == "ENROLLREADY"


async def test_events_up_to_a_number_are_passed_over(inbox, event, waiting, settle):
    """A wait may begin after an event that was seen already."""
    await inbox.deliver(event("ENROLLREADY"))
    task = await waiting(7, {"ENROLLREADY"}, after=1)
    await settle()
    early = task.done()
    await inbox.deliver(event("ENROLLREADY"))

    assert not early
    assert (await task).sequence == 2


@pytest.mark.parametrize(
    "ending", ["ISSUED", "CANCELLED", "VIDEOERROR", "RENEWED", "RENOVATED"]
)
async def test_ending_ends_every_wait_for_statuses(inbox, event, waiting, ending):
    """Nobody waits for a status that has become impossible."""
    task = await waiting(7, {"ENROLLREADY"})
    await inbox.deliver(event(ending))

    assert (await task).status == ending


async def test_late_event_is_passed_over(inbox, event):
    """After a terminal status an event from before it changes nothing."""
    await inbox.deliver(event("ISSUED"))
    await inbox.deliver(event("ENROLLREADY"))

    found = await inbox.wait(7, {"ENROLLREADY"})

    assert found.status == "ISSUED"


async def test_predicate_does_not_see_late_events(inbox, event, waiting, settle):
    """A function that waits is not shown what came after a terminal status."""
    task = await waiting(7, lambda found: found.status == "ENROLLREADY")
    await inbox.deliver(event("ISSUED"))
    await inbox.deliver(event("ENROLLREADY"))
    await settle()

    assert not task.done()
    task.cancel()


async def test_later_events_with_the_terminal_status_are_seen(inbox, event, waiting):
    """What happens to a certificate comes with the terminal status, and is seen."""
    task = await waiting(7, lambda found: found.event_type == "CERTIFICATE_REVOKED")
    await inbox.deliver(event("ISSUED", event_type="REQUEST_ENROLLED"))
    await inbox.deliver(event("ISSUED", event_type="CERTIFICATE_REVOKED"))

    assert (await task).sequence == 2


async def test_predicate_that_raises_ends_its_own_wait_only(inbox, event, waiting):
    """A faulty function fails its wait; others and the sender notice nothing."""
    faulty = await waiting(7, lambda found: found.certificates[0])
    sound = await waiting(7, {"ISSUED"})

    kept = await inbox.deliver(event("ISSUED"))

    assert kept
    assert (await sound).status == "ISSUED"
    with pytest.raises(IndexError):
        await faulty


async def test_predicate_that_stops_an_iteration_ends_its_own_wait_only(
    inbox, event, waiting
):
    """The one exception that a future cannot carry is told as a `RuntimeError`."""
    faulty = await waiting(7, lambda found: next(iter(found.certificates)))
    sound = await waiting(7, {"ISSUED"})

    kept = await inbox.deliver(event("ISSUED"))

    assert kept
    assert (await sound).status == "ISSUED"
    with pytest.raises(RuntimeError, match="StopIteration"):
        await faulty


async def test_predicate_that_raises_at_once_ends_its_wait(inbox, event):
    """A function that fails on what is kept already fails its wait, too."""
    await inbox.deliver(event())

    with pytest.raises(IndexError):
        await inbox.wait(7, lambda found: found.certificates[0])


@pytest.mark.parametrize("key", ["7", "", None, 7.0, 0, -1, True, b"x"])
async def test_wait_for_no_request_is_refused(inbox, key):
    """What is neither a pk nor a correlation would be waited for in vain."""
    async with asyncio.timeout(5):
        with pytest.raises(InvalidInputError, match="key: give a request's pk"):
            await inbox.wait(key)

    assert inbox.statistics().waiting == 0


@pytest.mark.parametrize("key", ["7", -1, 7.0])
async def test_no_request_has_no_events(inbox, key):
    """Nor are the events of such a one looked for."""
    with pytest.raises(InvalidInputError, match="key"):
        await inbox.history(key)
    with pytest.raises(InvalidInputError, match="key"):
        await anext(inbox.events(key))


@pytest.mark.parametrize(
    "until", ["BOGUS", ["ISSUED", "BOGUS"], {"issued"}, [None], None, 7]
)
async def test_wait_for_what_is_no_status_is_refused(inbox, until):
    """A status that nobody knows would be waited for in vain."""
    async with asyncio.timeout(5):
        with pytest.raises(InvalidInputError, match=r"until: .*function"):
            await inbox.wait(7, until)

    assert inbox.statistics().waiting == 0


async def test_status_of_tomorrow_is_waited_for_by_a_function(inbox, event):
    """What is not known here can be recognised by a function."""
    await inbox.deliver(event("BRANDNEW"))

    found = await inbox.wait(7, lambda event: event.status == "BRANDNEW")

    assert found.status == "BRANDNEW"


async def test_inbox_of_another_loop_says_so(inbox):
    """Where it was not opened nobody could wake who waits."""

    async def wait():
        async with asyncio.timeout(5):
            await inbox.wait(7)

    with pytest.raises(InboxClosedError, match="another event loop"):
        await asyncio.to_thread(asyncio.run, wait())
