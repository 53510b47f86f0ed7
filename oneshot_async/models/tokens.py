"""Tokens: RAO credentials that the Optimizer stores."""

from collections.abc import Mapping
from typing import Any

import attrs

from oneshot_async._secrecy import Secret

from .requests import AnyText, Flag


@attrs.frozen(kw_only=True)
class CreatedToken(Secret):
    """The answer to ``POST /token``; the uid is worth the credentials behind it."""

    token_uid: str = attrs.field(repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)


@attrs.frozen(kw_only=True)
class Token:
    """What a token stands for; `password` and `pin` say only whether it has them."""

    username: AnyText | None = attrs.field(default=None, repr=False)
    password: Flag | None = None
    pin: Flag | None = None
    rao_id: AnyText | None = None
    env: str | None = None
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
