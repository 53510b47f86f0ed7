"""Models from JSON and JSON from models: strict about kinds, tolerant otherwise."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import attrs
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ._wire import Answer, details_of
from .errors import UnexpectedResponseError
from .models.requests import AnyText, Flag, RequestPk, member_or_text
from .models.signatures import Rectangle
from .models.videoid import VideoIdPk

T = TypeVar("T")

_PLAIN = (str, int, bool, float)


def reader(model: type[T]) -> Callable[[Answer], T]:
    """Return a function that reads an answer's details as a model (or list of them)."""

    def read(answer: Answer) -> T:
        return structure(details_of(answer), model, answer.call.operation.name)

    return read


def structure(value: Any, model: type[T], where: str) -> T:
    """Make a model from JSON.

    Raises:
        UnexpectedResponseError: it does not fit; the message names the fields, and
            holds none of their values.
    """
    try:
        return _quick.structure(value, model)
    except (ValueError, TypeError, AttributeError, LookupError):
        return _structure_or_tell(value, model, where)


def _structure_or_tell(value: Any, model: type[T], where: str) -> T:
    try:
        return _detailed.structure(value, model)
    except (BaseValidationError, ValueError, TypeError, AttributeError) as error:
        faults = "; ".join(map(_nameless, transform_error(error)))
        raise UnexpectedResponseError(f"{where}: {faults}") from None


def _nameless(fault: str) -> str:
    """Return where a fault is without keys: those of some answers are tokens."""
    return re.sub(r"\[(['\"]).*\1\]", "[…]", fault, flags=re.DOTALL)


def wire(model: Any) -> dict[str, Any]:
    """Make JSON from a model that is sent, leaving out what was not given."""
    return cast("dict[str, Any]", _quick.unstructure(model))


def parse_pk(value: Any) -> int:
    """Read a pk that may come as a number, as text, or as text with a stray mark."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    digits = value.strip(" ,;") if isinstance(value, str) else ""
    if not (digits.isascii() and digits.isdigit()):
        raise TypeError("no number")
    return int(digits)


def _exactly(kind: type[T], *or_else: type[Any]) -> Callable[[Any, Any], T]:
    kinds = (kind, *or_else)

    def check(value: Any, _: Any) -> T:
        if type(value) not in kinds:
            raise TypeError(f"not of type {kind.__name__}")
        return cast("T", value)

    return check


def _any_text(value: Any, _: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError("neither text nor a number")
    return str(value)


def _moment(value: Any, _: Any) -> datetime:
    if not isinstance(value, str):
        raise TypeError("not of type str")
    return datetime.fromisoformat(value)


def _flag(value: Any, _: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).lower())


def _is_open_enum(kind: Any) -> bool:
    """Tell whether a type is ``SomeEnum | str``, perhaps with None."""
    return _enum_of(kind) is not None and str in get_args(kind)


def _enum_of(kind: Any) -> type[StrEnum] | None:
    if get_origin(kind) not in {Union, UnionType}:
        return None
    members = (arg for arg in get_args(kind) if isinstance(arg, type))
    return next((arg for arg in members if issubclass(arg, StrEnum)), None)


def _is_optional(kind: Any) -> bool:
    args = get_args(kind) if get_origin(kind) in {Union, UnionType} else ()
    return len(args) == 2 and type(None) in args


def _optional(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Return a hook that looks up once how to read what is not None."""
    [inner] = (arg for arg in get_args(kind) if arg is not type(None))
    if inner in _PLAIN:
        return _exactly(inner, type(None))
    read = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else read(value, inner)


def _open_enum(kind: Any) -> Callable[[Any, Any], StrEnum | str | None]:
    enum = cast("type[StrEnum]", _enum_of(kind))
    optional = type(None) in get_args(kind)

    def read(value: Any, _: Any) -> StrEnum | str | None:
        if value is None and optional:
            return None
        if not isinstance(value, str):
            raise TypeError("not of type str")
        return member_or_text(enum, value)

    return read


def _keeps_extra(kind: Any) -> bool:
    return attrs.has(kind) and "extra" in attrs.fields_dict(kind)


def _wire_names(kind: Any) -> dict[str, str]:
    return {
        field.name: field.metadata.get("wire", field.name)
        for field in attrs.fields(kind)
        if field.name != "extra"
    }


def _with_extra(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    """Return a hook that puts the fields it does not know into ``extra``."""
    names = _wire_names(kind)
    renamed = {ours: override(rename=theirs) for ours, theirs in names.items()}
    renamed["extra"] = override(struct_hook=lambda value, _: value)
    known = frozenset(names.values())
    make = make_dict_structure_fn(kind, converter, **renamed)  # type: ignore[arg-type]  # the generated signature mixes options and overrides

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise TypeError("not an object")
        fields = cast("Mapping[str, Any]", value)
        extra = dict(fields)
        for name in known:
            extra.pop(name, None)
        return make({**fields, "extra": extra}, kind)

    return read


def _sent(kind: Any, converter: Converter) -> Callable[[Any], dict[str, Any]]:
    """Return a hook that leaves out what was not given and adds what is custom."""
    names = _wire_names(kind)
    renamed = {ours: override(rename=theirs) for ours, theirs in names.items()}
    make = make_dict_unstructure_fn(
        kind,
        converter,
        _cattrs_omit_if_default=True,
        **renamed,  # type: ignore[arg-type]  # the signature mixes options and overrides
    )

    def write(value: Any) -> dict[str, Any]:
        fields = make(value)
        custom = fields.pop("custom", {})
        return {**fields, **custom}

    return write


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _make_converter(*, tells_all: bool) -> Converter:
    converter = Converter(detailed_validation=tells_all)
    for kind in _PLAIN:
        converter.register_structure_hook(kind, _exactly(kind))
    for number in (RequestPk, VideoIdPk):
        converter.register_structure_hook(number, lambda value, _: parse_pk(value))
    converter.register_structure_hook_func(lambda kind: kind == AnyText, _any_text)
    converter.register_structure_hook_func(lambda kind: kind == Flag, _flag)
    converter.register_structure_hook_factory(_is_optional, _optional)
    converter.register_structure_hook_factory(_is_open_enum, _open_enum)
    converter.register_structure_hook_factory(_keeps_extra, _with_extra)
    converter.register_unstructure_hook_factory(attrs.has, _sent)
    converter.register_structure_hook(datetime, _moment)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(Rectangle, str)
    converter.register_unstructure_hook(bytes, _base64)
    return converter


# What does not fit is read once more, by one that tells everything that is wrong.
_quick = _make_converter(tells_all=False)
_detailed = _make_converter(tells_all=True)
