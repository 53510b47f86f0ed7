"""Every documented answer, refusal and callback, as the package understands it."""

import json

from oneshot_async import errors
from oneshot_async.errors import CallbackRejectedError
from oneshot_async.receiver import parse_callback


async def test_documented_response_is_understood(answered, ask, told):
    """What a documented response says is what the client's own method returns."""
    assert told(await ask(answered)) == answered.expects


async def test_documented_error_is_its_own_exception(refused, ask):
    """A documented refusal is raised as its class, with the words that it came with."""
    ((kind, expected),) = refused.expected.items()
    error = await ask(refused)

    assert type(error) is getattr(errors, kind)
    assert {name: getattr(error, name) for name in expected} == expected
    assert error.operation == refused.operation


async def test_documented_error_keeps_secrets(refused, ask, secrets):
    """No secret that was sent is in what a refusal says."""
    error = await ask(refused)

    shown = f"{error} {error!r} {error.details}"
    assert [secret for secret in secrets if secret in shown] == []


def test_documented_callback_is_read(called_back, told):
    """A documented callback becomes the event that it tells, and keeps what it said."""
    try:
        found = parse_callback(called_back.content)
    except CallbackRejectedError as error:
        found = error
    else:
        assert found.raw == json.loads(called_back.content)

    assert told(found) == called_back.expected


def test_every_file_is_read(data, files):
    """No file lies among the samples unread, and no folder is empty."""
    for folder, samples in data.items():
        beside = {sample.path.with_name(sample.raw) for sample in samples if sample.raw}
        assert samples
        assert files.pop(folder) == {sample.path for sample in samples} | beside

    assert files == {}


def test_every_operation_has_an_answer(data, operations):
    """There is a documented answer for each operation of the client, and no other."""
    assert {sample.operation for sample in data["responses"]} == operations


def test_every_body_has_a_sample(data, operations):
    """What is sent to each operation that takes a body is documented, and no other."""
    with_body = {name for name in operations if name.startswith(("POST ", "PUT "))}

    assert {sample.operation for sample in data["requests"]} == with_body
