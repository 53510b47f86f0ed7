"""Settings and version of an Optimizer, as the older generation has them."""

from collections.abc import Mapping
from typing import Any

import attrs

from oneshot_async._secrecy import Secret

from .requests import AnyText


@attrs.frozen(kw_only=True)
class Version:
    """The answer to ``GET /version``."""

    name: str | None = None
    version: AnyText | None = None
    info: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class Settings(Secret):
    """The sections of an Optimizer's settings, by their names.

    The billing password is in them, hardly hidden: treat the whole as a secret.
    """

    tsa: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    request: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    billing: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    proxy: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    general: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
