"""The person who signs: from options, and what is missing is asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import attrs
import click

from oneshot_async.models.requests import IdDocumentType, Signer

from .options import told_as_usage
from .prompt import answer

P = ParamSpec("P")
T = TypeVar("T")

_LABELS = {
    "given_name": "Given name",
    "surname_1": "Surname",
    "surname_2": "Second surname, if there is one",
    "id_document_type": "Kind of identity document; by default IDC",
    "id_document_country": "Country of the identity document, as in ES",
    "serial_number": "Number of the identity document",
    "email": "E-mail address",
    "mobile_phone_number": "Mobile phone with its prefix, as in +34600000000",
}
_ANYBODY = {
    "given_name": "A",
    "surname_1": "L",
    "id_document_country": "ES",
    "serial_number": "0",
    "email": "a@example.com",
    "mobile_phone_number": "+34",
}
"""Somebody whom nothing is wrong with, to look at one answer at a time."""
_IMAGES = {
    "document_front": "Image of the identity document's front",
    "document_rear": "Image of its rear",
    "document_owner": "Image of the person with the document",
}


@attrs.define
class _Given:
    values: dict[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


def person_options(command: Callable[P, T]) -> Callable[P, T]:
    """Give a command the options that `signer_of` reads."""
    image = click.Path(exists=True, dir_okay=False, path_type=Path)
    for name, label in reversed(_IMAGES.items()):
        command = _option(name, label, image)(command)
    for name, label in reversed(_LABELS.items()):
        command = _option(name, label)(command)
    return command


def signer_of(context: click.Context) -> Signer:
    """Return the person that the options describe, and ask for what they leave out."""
    given = context.ensure_object(_Given).values

    def needed(name: str) -> str:
        return given.get(name) or answer(
            _LABELS[name], _flag(name), check=lambda said: _usable(name, said)
        )

    return Signer(
        given_name=needed("given_name"),
        surname_1=needed("surname_1"),
        surname_2=given.get("surname_2"),
        id_document_type=given.get("id_document_type") or IdDocumentType.IDC,
        id_document_country=needed("id_document_country"),
        serial_number=needed("serial_number"),
        email=needed("email"),
        mobile_phone_number=needed("mobile_phone_number"),
        document_front=given.get("document_front"),
        document_rear=given.get("document_rear"),
        document_owner=given.get("document_owner"),
    )


def _usable(name: str, value: str) -> str:
    with told_as_usage():
        Signer(**(_ANYBODY | {name: value}))
    return value


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _option(
    name: str, label: str, kind: click.Path | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    return click.option(
        _flag(name), name, type=kind, help=label, expose_value=False, callback=_remember
    )


def _remember(
    context: click.Context, parameter: click.Parameter, value: str | Path | None
) -> None:
    name = parameter.name or ""
    if name in _ANYBODY and isinstance(value, str):
        _usable(name, value)
    context.ensure_object(_Given).values[name] = value
