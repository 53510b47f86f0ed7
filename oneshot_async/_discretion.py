"""Expected errors leave the package alone: without the frames in which secrets stand.

Whoever prints tracebacks with the values of local variables would print one-time codes
and credentials along with them. So an error that is raised on purpose, and a
cancellation, begin at the caller's own line; what the caller was handling stays with
them, and errors of other libraries, which may quote anything, do not. All other
exceptions are mistakes, or come from functions that the caller gave: they keep every
frame, by which they can be found, but none of the values in it.
"""

import asyncio
import inspect
import sys
import traceback
from collections.abc import Callable
from contextlib import aclosing
from functools import wraps
from typing import Any, TypeVar, cast

from .errors import OneShotError

T = TypeVar("T")
Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

_EXPECTED = (OneShotError, asyncio.CancelledError)
ANY = (Exception, asyncio.CancelledError)
# Causes that may stay: they say what is missing and quote nothing.
_HARMLESS = (OneShotError, ImportError)
_SPECIAL = frozenset({"__init__", "__aenter__", "__aexit__"})
_by_themselves: set[Function] = set()


def discreet(what: T) -> T:
    """Have a function, or every public method of a class, raise expected errors bare.

    Properties are left as they are.
    """
    if not inspect.isclass(what):
        return cast("T", _guarded(cast("Function", what)))
    for name, member in list(vars(what).items()):
        if not name.startswith("_") or name in _SPECIAL:
            if inspect.isfunction(member) and not is_discreet_itself(member):
                setattr(what, name, _guarded(member))
            elif isinstance(member, classmethod):
                setattr(what, name, _guarded_method(member))
    return what


def discreet_itself(function: F) -> F:
    """Leave a method of a discreet class as it is: it calls `bare_or_empty` itself.

    Where very many calls are under way, a second coroutine for each is too much.
    """
    _by_themselves.add(function)
    return function


def is_discreet_itself(function: Function) -> bool:
    """Tell whether a method was left as it is."""
    return function in _by_themselves


def _guarded(function: Function) -> Function:
    if inspect.isasyncgenfunction(function):
        return _guarded_stream(function)
    if inspect.iscoroutinefunction(function):
        return _guarded_coroutine(function)
    return _guarded_call(function)


def _guarded_method(method: Any) -> Any:
    return classmethod(_guarded(method.__func__))


def _guarded_call(function: Function) -> Function:
    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        handled = sys.exception()
        try:
            return function(*args, **kwargs)
        except ANY as error:
            bare_or_empty(error, handled)
            # Neither this frame nor any below it is written down by a bare `raise`.
            raise

    return guarded


def _guarded_coroutine(function: Function) -> Function:
    @wraps(function)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        handled = sys.exception()
        try:
            running = function(*args, **kwargs)
            del args, kwargs  # they would be held twice by each of very many who wait
            return await running
        except ANY as error:
            bare_or_empty(error, handled)
            raise

    return guarded


def _guarded_stream(function: Function) -> Function:
    @wraps(function)
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        handled = sys.exception()
        try:
            async with aclosing(function(*args, **kwargs)) as stream:
                async for item in stream:
                    yield item
        except ANY as error:
            bare_or_empty(error, handled)
            raise

    return guarded


def bare_or_empty(error: BaseException, handled: BaseException | None) -> None:
    """Make an exception discreet that the frame of who calls this is to raise again.

    Args:
        handled: what was being handled (`sys.exception()`) when that frame began.
    """
    if isinstance(error, _EXPECTED) and not _is_of_the_caller(error):
        _lay_bare(error, handled)
    else:
        _empty(error, handled)


def _is_of_the_caller(error: BaseException) -> bool:
    """Tell whether an error is of a kind that a caller made."""
    ours = type(error).__module__.startswith("oneshot_async.")
    return isinstance(error, OneShotError) and not ours


def _lay_bare(error: BaseException, handled: BaseException | None) -> None:
    """Take from an error, and from what caused it, all but what they say themselves."""
    cause = error.__cause__ if isinstance(error.__cause__, _HARMLESS) else None
    if cause is not None:
        _lay_bare(cause, None)
    error.__traceback__ = None
    error.__cause__ = cause
    error.__context__ = None if handled is error else handled
    error.__suppress_context__ = cause is not None


def _empty(error: BaseException, handled: BaseException | None) -> None:
    """Take the values of variables from an exception and from all that led to it."""
    if error.__traceback__ is not None:
        # The first frame is the guard's own, which runs on and cannot be emptied.
        error.__traceback__ = error.__traceback__.tb_next
    for each in _chain(error, handled):
        traceback.clear_frames(each.__traceback__)


def _chain(error: BaseException, handled: BaseException | None) -> list[BaseException]:
    """Return an exception and what led to it, up to what the caller was handling."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        this = left.pop()
        if this is None or this is handled or this in found:
            continue
        found.append(this)
        left += [this.__cause__, this.__context__]
        if isinstance(this, BaseExceptionGroup):
            left += cast("BaseExceptionGroup[BaseException]", this).exceptions
    return found
