"""The refusals of the Video ID tag, documented or following from its rules."""

import json
from collections.abc import Sequence

from .refusals import INVALID_STATUS, RefusedError


def videoid_not_enabled(authority: str) -> RefusedError:
    """Refuse a Video ID at a registration authority that has none."""
    return RefusedError(
        400, f"Videoid not enabled for Registration Authority {authority}"
    )


def missing_parameters() -> RefusedError:
    """Refuse a Video ID's body without saying what it lacks."""
    return RefusedError(400, "Missing required parameters")


def incomplete_rao() -> RefusedError:
    """Refuse an officer who does not give all credentials."""
    return RefusedError(
        400, "Missing required parameters: incomplete RAO's credentials"
    )


def no_reason() -> RefusedError:
    """Refuse to refuse a person without saying why."""
    return RefusedError(400, "No reason specified")


def videoid_not_found() -> RefusedError:
    """Refuse a Video ID that does not exist, or its page."""
    return RefusedError(404, "Request not found")


def no_video() -> RefusedError:
    """Refuse the download of a video that is not there yet."""
    return RefusedError(404, "Video not found")


def no_such_rao() -> RefusedError:
    """Refuse an officer's number that nobody has."""
    embedded = _embedded("500", "Rao matching query does not exist.")
    return RefusedError(500, f"Error during Videoid validation: {embedded}")


def no_more_evidence(pk: int, what: str, status: str) -> RefusedError:
    """Refuse evidence for an identification that is complete or over."""
    pending = status == "PENDING"
    error = INVALID_STATUS if pending else f"Invalid VideoId status '{status}'"
    return RefusedError(
        500, f"Cannot upload {what} for Request {pk}: {_embedded('412', error)}"
    )


def cannot_change(pk: int, names: Sequence[str]) -> RefusedError:
    """Refuse other values for what an identification has found."""
    listed = "; ".join(names)
    return RefusedError(
        412, f"Cannot update the Request {pk}: Invalid request fields: {listed}"
    )


def cannot_approve(pk: int, names: Sequence[str]) -> RefusedError:
    """Refuse the approval of a person about whom something is not known."""
    listed = "; ".join(names)
    return RefusedError(
        500, f"Cannot approve Request {pk}: Invalid request fields: {listed}"
    )


def _embedded(code: str, error: str) -> str:
    return json.dumps({"code": code, "id": "22981d7f5029e78d", "error": error})
