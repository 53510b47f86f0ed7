"""The settings that the older generation lets its callers read and change."""

import base64
from collections.abc import Mapping
from typing import Any, cast

import attrs

from . import refusals
from .accounts import Accounts


@attrs.define
class Settings:
    """The sections of settings, by their names."""

    sections: dict[str, dict[str, Any]] = attrs.field(repr=False)

    @classmethod
    def of(cls, accounts: Accounts) -> "Settings":
        """Return the settings of a service that was installed just now."""
        password = base64.b64encode(accounts.billing_password.encode()).decode()
        return cls(
            {
                "general": {"environment": "sandbox", "usepdfclean": False},
                "tsa": {"tsa_url": ""},
                "request": {"default_profile": "", "default_ra": ""},
                "billing": {
                    "billing_username": accounts.billing_username,
                    "billing_password": password,
                },
                "proxy": {"useproxy": False},
            }
        )

    def update(self, body: Mapping[str, Any]) -> None:
        """Change what the body names; an unknown section changes nothing at all."""
        changes = {name: self._section(name, body[name]) for name in body}
        for name, values in changes.items():
            self.sections[name] |= values

    def _section(self, name: str, values: object) -> dict[str, Any]:
        if name not in self.sections or not isinstance(values, dict):
            raise refusals.invalid_value("body", name, reason="no section of settings")
        return cast("dict[str, Any]", values)
