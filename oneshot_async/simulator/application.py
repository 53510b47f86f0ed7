"""The form of `POST /create`: what it must say, and whom it is about."""

import re
from collections.abc import Callable, Collection, Mapping

import attrs

from . import refusals
from .accounts import Tokens, checked_env
from .pki import Person

_REQUIRED = (
    "given_name",
    "surname_1",
    "id_document_country",
    "serial_number",
    "email",
    "mobile_phone_number",
    "registration_authority",
    "profile",
    "billing_username",
    "billing_password",
)
_MUST_SAY_SOMETHING = ("given_name", "surname_1", "serial_number", "profile")
_DOCUMENT_TYPES = ("IDC", "PAS", "PNO", "TIN", "CI", "CE")
_PICTURES = frozenset({"document_front", "document_rear", "document_owner"})


@attrs.frozen(kw_only=True)
class Applicant:
    """The person a certificate is asked for, and what the form says beside."""

    given_name: str = attrs.field(repr=False)
    surname_1: str = attrs.field(repr=False)
    surname_2: str | None = attrs.field(repr=False)
    id_document_type: str
    id_document_country: str
    serial_number: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)
    mobile_phone_number: str = attrs.field(repr=False)
    registration_authority: str
    profile: str
    residence: str | None = attrs.field(repr=False)
    birth_date: str | None = attrs.field(default=None, repr=False)
    country_name: str

    def person(self) -> Person:
        """Return whom the certificate is to name."""
        return Person(
            given_name=self.given_name,
            surname_1=self.surname_1,
            surname_2=self.surname_2,
            serial_number=self.serial_number,
            id_document_type=self.id_document_type,
            country=self.id_document_country,
            email=self.email,
        )


def applicant_of(fields: Mapping[str, str]) -> Applicant:
    """Read the person out of a form that has been checked."""
    return Applicant(
        given_name=fields["given_name"],
        surname_1=fields["surname_1"],
        surname_2=fields.get("surname_2") or None,
        id_document_type=fields.get("id_document_type") or "IDC",
        id_document_country=fields["id_document_country"],
        serial_number=fields["serial_number"],
        email=fields["email"],
        mobile_phone_number=fields["mobile_phone_number"],
        registration_authority=fields["registration_authority"],
        profile=fields["profile"],
        residence=fields.get("residence") or None,
        country_name=fields["id_document_country"],
    )


def check_application(
    fields: Mapping[str, str],
    *,
    files: Collection[str],
    tokens: Tokens,
    images_required: bool,
) -> None:
    """Refuse a form in the order in which the service finds fault with it."""
    for check in _CHECKS:
        check(fields)
    tokens.check_rao(fields)
    tokens.check_billing(fields)
    if images_required and not _PICTURES.issubset(files):
        raise refusals.missing_images()
    _check_approvable(fields)


def check_contact(fields: Mapping[str, str]) -> None:
    """Refuse an environment, a telephone number or an e-mail address."""
    for check in (_check_env, _check_phone, _check_email):
        check(fields)


def _check_complete(fields: Mapping[str, str]) -> None:
    for name in _REQUIRED:
        if not fields.get(name):
            raise refusals.missing_parameter(name)


def _check_env(fields: Mapping[str, str]) -> None:
    if not fields.get("env"):
        raise refusals.missing_env()
    checked_env(fields["env"])


def _check_phone(fields: Mapping[str, str]) -> None:
    if not re.fullmatch(r"\+[\d ]{6,20}", fields["mobile_phone_number"]):
        raise refusals.missing_prefix()


def _check_email(fields: Mapping[str, str]) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", fields["email"]):
        raise refusals.invalid_email()


def _check_document_type(fields: Mapping[str, str]) -> None:
    if (fields.get("id_document_type") or "IDC") not in _DOCUMENT_TYPES:
        raise refusals.invalid_document_type(_DOCUMENT_TYPES)


def _check_country(fields: Mapping[str, str]) -> None:
    if not re.fullmatch(r"[A-Z]{2}", fields["id_document_country"]):
        raise refusals.invalid_country(fields["id_document_country"])


def _check_approvable(fields: Mapping[str, str]) -> None:
    blank = [name for name in _MUST_SAY_SOMETHING if not fields[name].strip()]
    if blank:
        raise refusals.invalid_fields(blank)


_CHECKS: tuple[Callable[[Mapping[str, str]], None], ...] = (
    _check_complete,
    _check_env,
    _check_phone,
    _check_email,
    _check_document_type,
    _check_country,
)
