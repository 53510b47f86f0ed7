"""Going on in another process: from the state that was kept, at every step."""

import json

import pytest

from oneshot_async import Inbox, Polling
from oneshot_async.errors import AmbiguousOutcomeError, InvalidInputError
from oneshot_async.receiver import Receiver


@pytest.fixture
def kept():
    return []


@pytest.fixture
def keep(kept):
    async def append(state):
        kept.append(json.loads(json.dumps(state)))

    return append


@pytest.fixture
async def elsewhere(connect):
    """A client with an inbox of its own, as another process would have."""
    async with (
        Inbox() as inbox,
        Receiver(inbox, secrets=["another-secret-of-16"]) as receiver,
    ):
        yield await connect(inbox=inbox, callbacks=receiver.urls)


async def test_state_is_kept_before_anything_is_paid_for(
    simulator, client, person, pdf, keep, kept
):
    """The state is handed over before the create, after it and after the upload."""
    calls = []

    async def note(state):
        calls.append([path for _, path in simulator.calls if path != "/request/{pk}"])
        await keep(state)

    signing = await client.begin(person(), documents=[pdf], on_state=note)

    assert calls == [[], ["/create"], ["/create", "/document/{pk}"]]
    pk = signing.request_pk
    assert [state["request_pk"] for state in kept] == [None, pk, pk]
    assert len({state["correlation"] for state in kept}) == 1
    assert [len(state["documents"]) for state in kept] == [0, 0, 1]
    assert kept[-1] == signing.state


@pytest.mark.parametrize("on_state", [lambda _: None, [].append, print, 7])
async def test_state_is_given_to_a_coroutine_function_only(
    client, person, pdf, times, on_state
):
    """What cannot be awaited keeps no state for sure, and nothing is created."""
    with pytest.raises(InvalidInputError, match="on_state: give a coroutine function"):
        await client.begin(person(), documents=[pdf], on_state=on_state)

    assert times()["create"] == 0


async def test_create_waits_for_the_state_to_be_kept(client, person, pdf, times):
    """If the state cannot be kept, nothing is created."""

    async def fail(_):
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        await client.begin(person(), documents=[pdf], on_state=fail)

    assert times()["create"] == 0


async def test_state_has_no_secrets(simulator, client, person, pdf, telephone):
    """A state is JSON without credentials, codes or anything about the person."""
    signer = person()
    signing = await client.begin(signer, documents=[pdf])
    code = await telephone.code_for(signing)
    await signing.sign(code)

    written = json.dumps(signing.state)

    secrets = [
        signer.given_name,
        signer.surname_1,
        signer.serial_number,
        signer.email,
        signer.mobile_phone_number,
        simulator.token,
        simulator.billing_username,
        simulator.callbacks[0].url,
        simulator.callbacks[0].url.rpartition(".")[2],
    ]
    assert not [secret for secret in secrets if secret in written]
    assert code not in written.replace(str(signing.request_pk), "")


@pytest.mark.parametrize("step", ["created", "uploaded", "read", "code sent", "signed"])
async def test_other_process_goes_on(
    simulator, client, elsewhere, person, pdf, telephone, keep, kept, times, step
):
    """After each step, another process can take over, and nothing is paid twice."""
    first = await client.begin(person(), documents=[pdf], on_state=keep)
    state = kept[1] if step == "created" else first.state
    if step == "read":
        await first.contract()
    if step in {"code sent", "signed"}:
        code = await telephone.code_for(first)
    if step == "signed":
        await first.sign(code)
    await client.close()

    second = await elsewhere.resume(json.loads(json.dumps(state)))
    await second.approved() if step != "signed" else None
    if step == "created":
        await second.upload(pdf)
    if step in {"created", "uploaded", "read"}:
        code = await telephone.code_for(second)
    result = await (second.download() if step == "signed" else second.sign(code))

    assert [each.content[: len(pdf)] for each in result] == [pdf]
    assert times() == {"create": 1, "otp": 1, "sign": 1}


async def test_state_is_kept_after_resuming_too(client, person, pdf, keep, kept):
    """A resumed signing hands over its state when it changes."""
    first = await client.begin(person(), documents=[pdf])

    second = await client.resume(first.state, on_state=keep)
    await second.upload(pdf, pdf)

    assert kept[-1] == second.state
    assert len(kept[-1]["documents"]) == 2


async def test_unanswered_create_is_found_by_resuming(client, person, pdf, keep, kept):
    """A state from before the create finds the request by the callback it caused."""
    first = await client.begin(person(), documents=[pdf], on_state=keep)

    second = await client.resume(kept[0])

    assert second.request_pk == first.request_pk


@pytest.mark.parametrize("hears", [True, False])
async def test_create_that_left_no_trace_is_told(
    connect, inbox, receiver, times, hears
):
    """If no callback tells of it, whether it was created stays open."""
    options = {"inbox": inbox, "callbacks": receiver.urls} if hears else {}
    client = await connect(polling=Polling(settle=0.05), **options)
    state = {"request_pk": None, "correlation": "unheard-of", "documents": []}

    with pytest.raises(AmbiguousOutcomeError):
        await client.resume(state)

    assert times()["create"] == 0
    assert inbox.statistics().waiting == 0


@pytest.mark.parametrize(
    "state",
    [
        {"request_pk": "seven"},
        {"request_pk": 7, "documents": "many"},
        {"request_pk": 7, "documents": [{"name": "x"}]},
        {"request_pk": 7, "useasync": "perhaps"},
        {"request_pk": [7]},
        {"correlation": 7},
        {},
        {"pk": 7},
        "",
        '{"request_pk": 7}',
        b"{}",
        [],
        [("request_pk", 7)],
        None,
    ],
)
async def test_nonsense_is_refused(client, state):
    """What is no state is refused, and says where."""
    with pytest.raises(InvalidInputError, match="state"):
        await client.resume(state)
