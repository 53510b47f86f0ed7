"""Expected errors begin at the line of whoever called; mistakes keep every frame."""

import asyncio
import importlib
import inspect
import traceback

import attrs
import pytest

from oneshot_async import Billing, CallbackEvent, File, Inbox
from oneshot_async._discretion import discreet
from oneshot_async.errors import (
    AmbiguousOutcomeError,
    ConnectionLostError,
    InvalidInputError,
    MissingExtraError,
    OneShotError,
)


def frames_of(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def fail(secret):
    raise InvalidInputError("no")


@discreet
class Careful:
    """Fails in each of the ways that a method has."""

    def __init__(self, secret=None):
        if secret:
            fail(secret)

    def call(self, secret):
        fail(secret)

    @classmethod
    def make(cls, secret):
        fail(secret)

    async def wait(self, secret):
        await asyncio.sleep(0)
        fail(secret)

    async def stream(self, secret):
        yield 1
        fail(secret)


async def drain(stream):
    return [item async for item in stream]


WAYS = {
    "constructor": lambda: Careful("planted"),
    "method": lambda: Careful().call("planted"),
    "class method": lambda: Careful.make("planted"),
    "function": lambda: discreet(fail)("planted"),
    "coroutine": lambda: Careful().wait("planted"),
    "stream": lambda: drain(Careful().stream("planted")),
}


@pytest.mark.parametrize("way", WAYS)
async def test_expected_error_has_the_callers_frames_only(way):
    """Of whatever kind a call is, none of the frames below it is in the traceback."""
    with pytest.raises(InvalidInputError) as caught:
        await WAYS[way]()

    mine = "test_expected_error_has_the_callers_frames_only"
    assert set(frames_of(caught.value)) <= {mine, "<lambda>", "drain", "<listcomp>"}


async def test_signature_stays():
    """A discreet function says the same of itself as before."""
    assert str(inspect.signature(Careful.wait)) == "(self, secret)"
    assert inspect.iscoroutinefunction(Careful.wait)
    assert inspect.isasyncgenfunction(Careful.stream)
    assert list(inspect.signature(Billing).parameters) == ["username", "password"]
    assert attrs.evolve(Billing(username="u", password="p"), username="v") is not None


async def test_mistake_keeps_its_frames():
    """An exception that nobody expects can be traced to where it was raised."""

    @discreet
    async def broken():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        await broken()

    assert frames_of(caught.value)[-1] == "broken"


def raising(cause):
    @discreet
    async def unclear():
        raise AmbiguousOutcomeError("unclear") from cause

    return unclear


def thrown(error):
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "cause", [ConnectionLostError("lost"), ImportError("no such module")]
)
async def test_cause_that_quotes_nothing_stays(cause):
    """An error of this package, or a missing module, stays as the cause; bare."""
    with pytest.raises(OneShotError) as caught:
        await raising(thrown(cause))()

    assert caught.value.__cause__ is cause
    assert cause.__traceback__ is None


async def test_cause_from_elsewhere_goes():
    """What another library raised may quote anything, and does not come along."""
    with pytest.raises(OneShotError) as caught:
        await raising(thrown(OSError("planted")))()

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


async def test_what_was_handled_inside_goes():
    """So it is with what was being handled when the error was raised."""

    @discreet
    async def careless():
        try:
            int("planted")
        except ValueError:
            raise InvalidInputError("no") from None

    with pytest.raises(InvalidInputError) as caught:
        await careless()

    assert caught.value.__context__ is None


async def test_what_the_caller_handles_stays():
    """What the caller was handling is told along with the error, as ever."""

    async def recover():
        try:
            return {}["mine"]
        except KeyError:
            return await Careful().wait("planted")

    with pytest.raises(OneShotError) as caught:
        await recover()

    assert "KeyError: 'mine'" in "".join(traceback.format_exception(caught.value))


async def test_cancellation_is_bare_too():
    """A time-out around a call shows the caller's frames, not those it ended."""
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0):
            await discreet(asyncio.sleep)(10)

    (name,) = frames_of(caught.value.__cause__)
    assert name == "test_cancellation_is_bare_too"


async def test_stream_ends_with_its_reader():
    """A stream that is closed early is closed inside, too."""
    ended = []

    @discreet
    async def stream():
        try:
            yield 1
            yield 2
        finally:
            ended.append(True)

    reading = stream()
    assert await anext(reading) == 1
    await reading.aclose()

    assert ended == [True]


async def test_missing_extra_says_what_is_missing():
    """The module that could not be imported is still named."""

    @discreet
    async def needs():
        try:
            importlib.import_module("pyhanko.nowhere")
        except ImportError as error:
            raise MissingExtraError("simulator") from error

    with pytest.raises(MissingExtraError) as caught:
        await needs()

    assert "No module named 'pyhanko.nowhere'" in "".join(
        traceback.format_exception(caught.value)
    )


def test_model_does_not_show_what_it_refuses():
    """The values that a model was given are in no frame of its refusal."""
    with pytest.raises(InvalidInputError) as caught:
        File(content=b"", name="planted\n")

    assert frames_of(caught.value) == ["test_model_does_not_show_what_it_refuses"]


async def test_mistake_leaves_its_values_behind():
    """Its frames, and those of what led to it, can be read but for their values."""

    @discreet
    async def broken(secret):
        try:
            int(secret)
        except ValueError as error:
            raise RuntimeError("mistaken") from error

    with pytest.raises(RuntimeError) as caught:
        await broken("planted")

    told = traceback.TracebackException.from_exception(caught.value.__cause__)
    values = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    assert [frame.name for frame in told.stack] == ["broken"]
    assert {frame.name: frame.locals for frame in values.stack}["broken"] is None


async def test_what_the_caller_handles_keeps_its_values():
    """What the caller was handling when they made the mistake is left as it was."""

    @discreet
    async def broken():
        return 1 / 0

    def mine(value):
        raise KeyError(value)

    async def recover():
        try:
            mine("kept")
        except KeyError:
            await broken()

    with pytest.raises(ZeroDivisionError) as caught:
        await recover()

    frames = traceback.TracebackException.from_exception(
        caught.value.__context__, capture_locals=True
    ).stack
    assert frames[-1].locals == {"value": "'kept'"}


async def test_error_that_is_raised_again_is_not_its_own_context():
    """Who raises what they handle once more gets a chain that ends."""

    @discreet
    async def again(error):
        raise error

    try:
        fail("planted")
    except InvalidInputError as handled:
        with pytest.raises(InvalidInputError) as caught:
            await again(handled)

    assert caught.value.__context__ is None


class OwnError(OneShotError):
    """One that a caller made."""


async def test_error_of_the_callers_own_kind_stays_whole():
    """What a caller's function raises, of a kind of theirs, keeps cause and frames."""
    cause = KeyError("why")

    def keep():
        raise OwnError("the database is away") from cause

    @discreet
    async def begin():
        keep()

    with pytest.raises(OwnError) as caught:
        await begin()

    assert caught.value.__cause__ is cause
    assert frames_of(caught.value)[-1] == "keep"


async def closed_while_waiting(inbox):
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(inbox.wait(7))
        await asyncio.sleep(0)
        await inbox.close()
    return waiting


async def given_up(inbox):
    async with asyncio.timeout(0):
        await inbox.wait(7)


WAITS = {
    "key": lambda inbox: inbox.wait(0),
    "closed": closed_while_waiting,
    "cancelled": given_up,
}


@pytest.mark.parametrize("way", WAITS)
async def test_wait_is_discreet_by_itself(way):
    """A wait, which has no guard around it, leaves none of its frames either."""
    async with Inbox() as inbox:
        with pytest.raises((OneShotError, TimeoutError, ExceptionGroup)) as caught:
            await WAITS[way](inbox)

    told = "".join(traceback.format_exception(caught.value))
    assert "inbox.py" not in told
    assert "_waiters.py" not in told


async def test_predicate_that_fails_leaves_its_values_behind():
    """What a wait was offered is not shown where its predicate made a mistake."""

    def mistaken(event):
        return event.raw["planted"] / 0

    async with Inbox() as inbox:
        waiting = asyncio.create_task(inbox.wait(7, mistaken))
        await asyncio.sleep(0)
        await inbox.deliver(CallbackEvent(pk=7, status="X", raw={"planted": 1}))
        with pytest.raises(ZeroDivisionError) as caught:
            await waiting

    frames = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    ).stack
    assert {frame.name: frame.locals for frame in frames}["mistaken"] is None
