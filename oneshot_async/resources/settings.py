"""The tag Settings, as the older generation documents it."""

from collections.abc import Mapping
from typing import Any

from oneshot_async._converter import reader
from oneshot_async._discretion import discreet
from oneshot_async._wire import Call, Operation, acknowledged
from oneshot_async.models.settings import Settings, Version

from .caller import Caller

_HELLO = Operation("GET /hello")
_VERSION = Operation("GET /version")
_GET = Operation("GET /settings")
_UPDATE = Operation("POST /settings")

_version = reader(Version)
_settings = reader(Settings)


@discreet
class ServiceSettings:
    """The Optimizer's own settings; newer ones keep them in a file of theirs.

    Only the older generation documents these operations, and a note on moving to the
    newer one says that reading and writing settings is gone: expect `NotFoundError`.
    """

    def __init__(self, call: Caller) -> None:
        self._call = call

    async def hello(self) -> None:
        """Return if the Optimizer is there.

        ``GET /hello``, of the older generation.

        Raises:
            NotFoundError: this Optimizer is there, but has no such operation.
        """
        await self._call(Call(operation=_HELLO, path=_HELLO.path()), acknowledged)

    async def version(self) -> Version:
        """Return the Optimizer's version.

        ``GET /version``, of the older generation.

        Raises:
            NotFoundError: this Optimizer has no such operation.
        """
        return await self._call(
            Call(operation=_VERSION, path=_VERSION.path()), _version
        )

    async def get(self) -> Settings:
        """Return the Optimizer's settings.

        ``GET /settings``, of the older generation.

        Raises:
            NotFoundError: this Optimizer has no such operation.
        """
        return await self._call(Call(operation=_GET, path=_GET.path()), _settings)

    async def update(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Change some of the Optimizer's settings, section by section.

        ``POST /settings``, of the older generation; never sent twice.

        Raises:
            NotFoundError: this Optimizer has no such operation.
        """
        sections = {name: dict(values) for name, values in settings.items()}
        call = Call(operation=_UPDATE, path=_UPDATE.path(), json=sections)
        await self._call(call, acknowledged)
