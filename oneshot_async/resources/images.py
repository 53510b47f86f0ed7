"""The tag Images: what visible signatures show."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import overload

from oneshot_async._converter import reader
from oneshot_async._discretion import discreet
from oneshot_async._wire import Call, Operation, acknowledged, file_of
from oneshot_async.models.files import File, FileSource
from oneshot_async.models.images import Image, UploadedImage

from .caller import Caller

_UPLOAD = Operation("POST /image", patience="idle")
_GET = Operation("GET /image/{image_uid}", patience="idle")
_DELETE = Operation("DELETE /image/{image_uid}")
_LIST = Operation("GET /images")
_DELETE_ALL = Operation("DELETE /images")

_uploaded = reader(UploadedImage)
_images = reader(dict[str, Image])


@discreet
class Images:
    """Images belong to the Optimizer, not to a request; any signature may show one."""

    def __init__(self, call: Caller) -> None:
        self._call = call

    async def upload(self, image: FileSource | File) -> UploadedImage:
        """Upload a PNG and return its uid, for `Appearance.image`.

        ``POST /image``; never sent twice.

        Raises:
            UnsupportedFileError: it is no PNG.
            LocalFileError: it cannot be read.
        """
        file = File.of(image, "image.png", "image/png")
        call = Call(operation=_UPLOAD, path=_UPLOAD.path(), form={"image": file})
        return await self._call(call, _uploaded)

    @overload
    async def get(self, image_uid: str, *, to: None = None) -> bytes: ...
    @overload
    async def get(self, image_uid: str, *, to: str | os.PathLike[str]) -> Path: ...
    async def get(
        self, image_uid: str, *, to: str | os.PathLike[str] | None = None
    ) -> bytes | Path:
        """Fetch an image: its bytes or, with `to`, the path it was written to.

        ``GET /image/{image_uid}``.
        """
        target = None if to is None else Path(to)
        call = Call(operation=_GET, path=_GET.path(image_uid), save_to=target)
        content = await self._call(call, file_of)
        return target or content

    async def delete(self, image_uid: str) -> None:
        """Delete an image.

        ``DELETE /image/{image_uid}``.
        """
        call = Call(operation=_DELETE, path=_DELETE.path(image_uid))
        await self._call(call, acknowledged)

    async def list(self) -> Mapping[str, Image]:
        """Return all images by their uid.

        ``GET /images``; documented for the older generation only.
        """
        return await self._call(Call(operation=_LIST, path=_LIST.path()), _images)

    async def delete_all(self) -> None:
        """Delete every image of the Optimizer, whoever uploaded it.

        ``DELETE /images``; documented for the older generation only.
        """
        call = Call(operation=_DELETE_ALL, path=_DELETE_ALL.path())
        await self._call(call, acknowledged)
