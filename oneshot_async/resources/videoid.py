"""The tag Video ID: identification by video, on the service's page or elsewhere."""

import base64
import os
from pathlib import Path
from typing import Any, overload

import attrs

from oneshot_async._bodies import content_of
from oneshot_async._converter import structure, wire
from oneshot_async._discretion import discreet
from oneshot_async._json import is_array, is_object
from oneshot_async._wire import (
    Answer,
    Call,
    Operation,
    acknowledged,
    details_of,
    file_of,
)
from oneshot_async.models.credentials import Billing, Rao
from oneshot_async.models.files import File, FileSource, Progress
from oneshot_async.models.videoid import CreatedVideoId, Evidences, VideoIdPk

from .caller import Caller, Defaults, needed

_CREATE = Operation("POST /videoid", patience="create")
_EVIDENCES = Operation("POST /videoid/{videoid_pk}/evidences", patience="idle")
_VIDEO = Operation("POST /videoid/{videoid_pk}/video", patience="idle")
_DOWNLOAD = Operation("GET /videoid/{videoid_pk}/download/video", patience="idle")
_APPROVE = Operation("POST /videoid/{videoid_pk}/approve", patience="create")
_REFUSE = Operation("POST /videoid/{videoid_pk}/refuse")


@discreet
class VideoIds:
    """Identifications by video; they go by `videoid_pk`, their requests by another."""

    def __init__(self, call: Caller, defaults: Defaults) -> None:
        self._call = call
        self._defaults = defaults

    async def create(
        self,
        *,
        mobile_phone_number: str,
        email: str,
        profile: str | None = None,
        registration_authority: str | None = None,
        billing: Billing | None = None,
        env: str | None = None,
    ) -> CreatedVideoId:
        """Create a Video ID and the request that it identifies a person for.

        ``POST /videoid``; it is charged, and never sent twice. The callback URL of
        Video ID is configured at the registration authority, not here. The end of the
        documented answer is unknown; its fields are those that the guides name.

        Raises:
            AmbiguousOutcomeError: it may have been created.
        """
        authority = registration_authority or self._defaults.registration_authority
        env = env or self._defaults.env
        body = {
            "mobile_phone_number": mobile_phone_number,
            "email": email,
            "profile": needed(profile or self._defaults.profile, "profile"),
            "registration_authority": needed(authority, "registration_authority"),
            **self._defaults.payer(billing),
            **({"env": env} if env else {}),
        }
        call = Call(operation=_CREATE, path=_CREATE.path(), json=body)
        return await self._call(call, _created)

    async def upload_evidences(
        self, videoid_pk: VideoIdPk, evidences: Evidences
    ) -> None:
        """Upload what an external identification found out.

        ``POST /videoid/{videoid_pk}/evidences``; never sent twice.

        Raises:
            LocalFileError: one of the images cannot be read.
        """
        body = await _evidences(evidences)
        path = _EVIDENCES.path(videoid_pk)
        await self._call(Call(operation=_EVIDENCES, path=path, json=body), acknowledged)

    async def upload_video(
        self,
        videoid_pk: VideoIdPk,
        video: FileSource | File,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Upload the video of an external identification, piece by piece.

        ``POST /videoid/{videoid_pk}/video``; never sent twice.

        Raises:
            LocalFileError: it cannot be read.
        """
        call = Call(
            operation=_VIDEO,
            path=_VIDEO.path(videoid_pk),
            form={"video": File.of(video, "video.mp4", "video/mp4")},
            progress=progress,
        )
        await self._call(call, acknowledged)

    @overload
    async def download_video(
        self, videoid_pk: VideoIdPk, *, to: None = None, progress: Progress | None = ...
    ) -> bytes: ...
    @overload
    async def download_video(
        self,
        videoid_pk: VideoIdPk,
        *,
        to: str | os.PathLike[str],
        progress: Progress | None = ...,
    ) -> Path: ...
    async def download_video(
        self,
        videoid_pk: VideoIdPk,
        *,
        to: str | os.PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> bytes | Path:
        """Fetch the video: its bytes or, with `to`, the path it was streamed to.

        ``GET /videoid/{videoid_pk}/download/video``. The guides name the operation and
        not its path, which is the older generation's with the newer one's number.
        """
        target = None if to is None else Path(to)
        call = Call(
            operation=_DOWNLOAD,
            path=_DOWNLOAD.path(videoid_pk),
            save_to=target,
            progress=progress,
        )
        content = await self._call(call, file_of)
        return target or content

    async def approve(
        self, videoid_pk: VideoIdPk, *, rao_id: str, rao: Rao | None = None
    ) -> None:
        """Validate an identification and approve its request.

        ``POST /videoid/{videoid_pk}/approve``; never sent twice. Where the registration
        authority works in two steps this validates only, and the status tells.

        Args:
            rao_id: the officer's id, `Token.rao_id`.

        Raises:
            InvalidStatusError: there is nothing to review.
        """
        body = {**self._defaults.officer(rao), "rao": rao_id}
        call = Call(operation=_APPROVE, path=_APPROVE.path(videoid_pk), json=body)
        await self._call(call, acknowledged)

    async def refuse(
        self, videoid_pk: VideoIdPk, *, reason: str, rao_id: str, rao: Rao | None = None
    ) -> None:
        """Refuse an identification, which cancels its request.

        ``POST /videoid/{videoid_pk}/refuse``; never sent twice.

        Args:
            reason: is required, and goes to the registration authority.
            rao_id: the officer's id, `Token.rao_id`.
        """
        body = {
            **self._defaults.officer(rao),
            "rao": rao_id,
            "reason": needed(reason, "reason"),
        }
        call = Call(operation=_REFUSE, path=_REFUSE.path(videoid_pk), json=body)
        await self._call(call, acknowledged)


async def _evidences(evidences: Evidences) -> dict[str, Any]:
    images = {name: await content_of(f, name) for name, f in evidences.images().items()}
    encoded = {name: base64.b64encode(image).decode() for name, image in images.items()}
    return {
        "acceptance": wire(evidences.acceptance),
        "videoid_data": {
            "images": encoded,
            "ocr_data": wire(evidences.ocr_data),
            "security_checks": wire(evidences.security_checks),
            "similarity_level": evidences.similarity_level,
            **evidences.custom,
        },
    }


_CREATED = attrs.fields_dict(CreatedVideoId)


def _created(answer: Answer) -> CreatedVideoId:
    details = details_of(answer)
    if is_object(details):
        # The documented answer is cut off before its fields; elsewhere the same object
        # calls them so.
        requests: Any = details.get("requests")
        if is_array(requests) and len(requests) == 1:
            (requests,) = requests
        spare = {"videoid_pk": details.get("pk"), "request_pk": requests}
        told = [*spare.items(), *details.items()]
        details = {
            name: value
            for name, value in told
            if value is not None or name not in _CREATED
        }
    return structure(details, CreatedVideoId, answer.call.operation.name)
