"""The tag Tokens: RAO credentials stored on the Optimizer."""

from collections.abc import Mapping
from typing import Any

from oneshot_async._converter import reader, structure
from oneshot_async._discretion import discreet
from oneshot_async._json import is_array, is_object
from oneshot_async._wire import Answer, Call, Operation, acknowledged, details_of
from oneshot_async.errors import UnexpectedResponseError
from oneshot_async.models.tokens import CreatedToken, Token

from .caller import Caller, Defaults

_CREATE = Operation("POST /token")
_GET = Operation("GET /token/{token_uid}")
_DELETE = Operation("DELETE /token/{token_uid}")
_LIST = Operation("GET /tokens")

_created = reader(CreatedToken)
_token = reader(Token)


@discreet
class Tokens:
    """Tokens stand for RAO credentials; who reaches the Optimizer can use them."""

    def __init__(self, call: Caller, defaults: Defaults) -> None:
        self._call = call
        self._defaults = defaults

    async def create(
        self,
        username: str,
        *,
        password: str | None = None,
        pin: str | None = None,
        env: str | None = None,
    ) -> CreatedToken:
        """Store RAO credentials and return the token that stands for them.

        ``POST /token``; never sent twice. What is left out must come with every call
        that uses the token.
        """
        values = {
            "username": username,
            "password": password,
            "pin": pin,
            "env": env or self._defaults.env,
        }
        given = {name: value for name, value in values.items() if value is not None}
        call = Call(operation=_CREATE, path=_CREATE.path(), json=given)
        return await self._call(call, _created)

    async def get(self, token_uid: str) -> Token:
        """Return what a token stands for; its secrets are never returned.

        ``GET /token/{token_uid}``.
        """
        call = Call(operation=_GET, path=_GET.path(token_uid))
        return await self._call(call, _token)

    async def delete(self, token_uid: str) -> None:
        """Delete a token.

        ``DELETE /token/{token_uid}``; documented for the service's sibling only.
        """
        call = Call(operation=_DELETE, path=_DELETE.path(token_uid))
        await self._call(call, acknowledged)

    async def list(self) -> Mapping[str, Token]:
        """Return all tokens by their uid.

        ``GET /tokens``. The shape of its answer is not documented: an object by uid, as
        the older generation has it, and a list are both understood.
        """
        call = Call(operation=_LIST, path=_LIST.path())
        return await self._call(call, _tokens)


def _tokens(answer: Answer) -> Mapping[str, Token]:
    details: Any = details_of(answer)
    where = answer.call.operation.name
    if is_array(details):
        details = {_uid(entry): entry for entry in details if is_object(entry)}
    if not is_object(details):
        raise UnexpectedResponseError(f"{where}: neither an object nor a list")
    return structure(details, dict[str, Token], where)


def _uid(token: dict[str, Any]) -> str | None:
    uid = token.get("token_uid") or token.get("uid")
    return uid if isinstance(uid, str) else None
