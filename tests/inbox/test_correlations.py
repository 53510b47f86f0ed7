"""Correlations: what a request is known by before it has a pk, and after."""

import asyncio

import pytest

from oneshot_async import Correlation, Inbox, _publishing
from oneshot_async.errors import CallbackRejectedError, StoreError
from oneshot_async.stores import MemoryStore

C = Correlation("correlation")


async def test_wait_by_correlation_needs_no_pk(inbox, event, waiting):
    """Before the create has answered, a request is waited for by its correlation."""
    task = await waiting(C, lambda found: found.pk is not None)
    await inbox.deliver(event(pk=7, correlation=C))

    assert (await task).pk == 7


async def test_binding_wakes_who_waits_by_pk(inbox, event, waiting, settle):
    """An event without a pk ends the wait for the pk when it is bound to it."""
    task = await waiting(7, {"ISSUED"})
    await inbox.deliver(event("ISSUED", pk=None, correlation=C))
    await settle()
    early = task.done()
    await inbox.bind(C, 7)

    assert not early
    assert (await task).pk == 7


async def test_bound_event_reaches_who_waits_by_pk(inbox, event, waiting):
    """Once bound, an event without a pk reaches who waits for the pk at once."""
    await inbox.bind(C, 7)
    task = await waiting(7, {"ISSUED"})
    await inbox.deliver(event("ISSUED", pk=None, correlation=C))

    assert (await task).pk == 7


async def test_bound_event_is_found_by_pk_later(inbox, event):
    """An event without a pk is in the past of the pk it is bound to."""
    await inbox.deliver(event("ISSUED", pk=None, correlation=C))
    await inbox.bind(C, 7)

    assert (await inbox.wait(7, {"ISSUED"})).status == "ISSUED"


@pytest.mark.parametrize("until", [{"ISSUED"}, lambda _: True])
async def test_binding_does_not_repeat_what_was_seen(
    inbox, event, waiting, settle, until
):
    """A wait that begins after an event is not ended by it when it is bound."""
    await inbox.deliver(event("ISSUED", pk=None, correlation=C))
    task = await waiting(7, until, after=1)
    await inbox.bind(C, 7)
    await settle()

    assert not task.done()
    task.cancel()


async def test_contradiction_is_refused(inbox, event):
    """A callback whose pk is not the one of its URL is refused and not kept."""
    await inbox.bind(C, 7)

    with pytest.raises(CallbackRejectedError):
        await inbox.deliver(event(pk=8, correlation=C))

    assert inbox.statistics().delivered == 0


async def test_agreement_is_kept(inbox, event):
    """A callback whose pk is the one of its URL is kept."""
    await inbox.bind(C, 7)

    assert await inbox.deliver(event(pk=7, correlation=C))


class ForgetfulStore(MemoryStore):
    """Fails once when it is asked whose a correlation is."""

    fails = False

    async def bound(self, correlation):
        if self.fails:
            self.fails = False
            raise StoreError("not now")
        return await super().bound(correlation)


async def test_event_whose_request_is_known_late_wakes_all_the_same(
    event, settle, monkeypatch
):
    """If the store cannot tell whose an event is that it just kept, it is asked again.

    So nobody sleeps on for what nobody sends a second time.
    """
    monkeypatch.setattr(_publishing, "_ASK_AGAIN", 0)
    store = ForgetfulStore()
    async with Inbox(store) as inbox:
        await inbox.bind(C, 7)
        waiting = asyncio.create_task(inbox.wait(7))
        await settle()
        store.fails = True

        assert await inbox.deliver(event("ISSUED", pk=None, correlation=C))
        assert (await waiting).status == "ISSUED"


async def test_nothing_is_asked_again_after_the_end(event, monkeypatch):
    """An inbox that closes asks nobody any more, and may be opened again."""
    store = ForgetfulStore()
    inbox = Inbox(store)
    for _ in range(2):
        async with inbox:
            store.fails = True
            await inbox.deliver(event("ISSUED", pk=None, correlation=C))

    assert asyncio.all_tasks() == {asyncio.current_task()}
