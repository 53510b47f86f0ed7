"""What an identification must remember to be gone on with in another process."""

from collections.abc import Mapping
from typing import Any, Self

import attrs

from oneshot_async._secrecy import Secret

from .requests import RequestPk
from .videoid import CreatedVideoId, VideoIdPk


@attrs.frozen(kw_only=True)
class IdentificationState(Secret):
    """An identification's two numbers and, in the process that began it, its link."""

    request_pk: RequestPk
    videoid_pk: VideoIdPk
    link: str = attrs.field(default="", repr=False)
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    @classmethod
    def of(cls, created: CreatedVideoId) -> Self:
        """Return the state of what has just been created."""
        return cls(
            request_pk=created.request_pk,
            videoid_pk=created.videoid_pk,
            link=created.videoid_link,
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON value without secrets."""
        return {"request_pk": self.request_pk, "videoid_pk": self.videoid_pk}
