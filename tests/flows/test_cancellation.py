"""Cancelled at whatever moment, a flow leaves nothing behind."""

import asyncio
from pathlib import Path

import pytest

import oneshot_async

PACKAGE = Path(oneshot_async.__file__).parent
SERVERS = ("simulator", "receiver")
MOMENTS = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584]


def tasks_of_the_client():
    """Return the tasks that the client's own code has started, or a file's thread."""
    return [task for task in asyncio.all_tasks() if _is_the_clients(task)]


def _is_the_clients(task):
    code = task.get_coro().cr_code
    path = Path(code.co_filename)
    if code.co_name == "to_thread":
        return True
    inside = path.is_relative_to(PACKAGE)
    return inside and path.relative_to(PACKAGE).parts[0] not in SERVERS


async def cancelled_after(moment, work):
    """Run something for so many turns of the loop, then cancel it and see it end."""
    task = asyncio.create_task(work)
    for _ in range(moment):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.done()
    return task


@pytest.mark.parametrize("moment", MOMENTS)
async def test_cancelled_begin_leaves_nothing(
    client, inbox, person, tmp_path, pdf, moment, times
):
    """A beginning that is cancelled leaves no waiter and no task, and pays once."""
    path = tmp_path / "contract.pdf"
    path.write_bytes(pdf)
    task = await cancelled_after(moment, client.begin(person(), documents=[path, pdf]))

    assert task.cancelled() or task.exception() is None
    assert inbox.statistics().waiting == 0
    assert tasks_of_the_client() == []
    assert times()["create"] <= 1


@pytest.mark.parametrize("moment", MOMENTS)
async def test_cancelled_signature_leaves_nothing(
    client, inbox, person, pdf, telephone, tmp_path, left_in, moment
):
    """A signature that is cancelled leaves whole files or none, and can be fetched."""
    signing = await client.begin(person(), documents=[pdf, pdf])
    code = await telephone.code_for(signing)
    task = await cancelled_after(moment, signing.sign(code, to=tmp_path))

    assert task.cancelled() or task.exception() is None
    assert inbox.statistics().waiting == 0
    assert tasks_of_the_client() == []
    whole = ["file-signed.pdf", "file2-signed.pdf"]
    assert left_in(tmp_path) in ([], whole[:1], whole)


async def test_cancelled_wait_can_be_taken_up_again(
    simulator, client, person, pdf, telephone
):
    """After a cancellation in the wait for the result, it can be fetched."""
    simulator.timings.issue = 3600
    signing = await client.begin(person(), documents=[pdf])
    code = await telephone.code_for(signing)
    waiting = asyncio.create_task(signing.sign(code))
    await simulator.calls.wait(lambda call: call[1] == "/request/{pk}", skip=2)
    waiting.cancel()
    await asyncio.wait([waiting])
    simulator.clock.advance(3600)

    assert waiting.cancelled()
    assert len(await signing.download()) == 1
