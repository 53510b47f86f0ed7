"""What the verification of the signed files finds."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from oneshot_async.errors import MissingExtraError, SigningError, UnreadablePdfError
from oneshot_async.verification import SignatureCheck, verify_pdf

Roots = Sequence[bytes]
"""Trusted root certificates, PEM; without any, trust is not judged."""


@attrs.frozen(kw_only=True)
class Finding:
    """The signatures of one file; ``checks`` is None where they cannot be checked."""

    path: Path
    checks: Sequence[SignatureCheck] | None
    judged: bool

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the newest signature."""
        if not self.checks:
            return self.checks is None
        newest = self.checks[-1]
        sound = newest.intact and newest.covers_whole_file
        return sound and (newest.trusted or not self.judged)

    def fields(self) -> list[Mapping[str, object]]:
        """Return an object for each signature."""
        return [self._signature(check) for check in self.checks or ()]

    def words(self) -> str:
        """Return the newest signature in a line."""
        if not self.checks:
            return "not verified" if self.checks is None else "no readable signature"
        newest = self.checks[-1]
        told = (
            (newest.intact, "intact", "NOT INTACT"),
            (newest.covers_whole_file, "covers the whole file", "CHANGED AFTERWARDS"),
            (newest.timestamped, "time-stamped", "no time-stamp"),
            (newest.trusted, "trusted", "NOT TRUSTED" if self.judged else ""),
        )
        verdicts = ", ".join(filter(None, (yes if on else no for on, yes, no in told)))
        return f"signed by {newest.signer}: {verdicts}"

    def _signature(self, check: SignatureCheck) -> Mapping[str, object]:
        return {
            "path": str(self.path),
            "signer": check.signer,
            "intact": check.intact,
            "covers_whole_file": check.covers_whole_file,
            "trusted": check.trusted if self.judged else None,
            "signed_at": check.signed_at.isoformat() if check.signed_at else None,
            "timestamped": check.timestamped,
            "valid": check.valid if self.judged else None,
        }


async def find(path: Path, roots: Roots) -> Finding:
    """Verify one file, if the extra that can do it is installed."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
        checks = await verify_pdf(content, trust=roots)
    except MissingExtraError:
        checks = None
    except UnreadablePdfError:
        checks = ()
    return Finding(path=path, checks=checks, judged=bool(roots))


def require_sound(found: Iterable[Finding]) -> None:
    """Insist that nothing speaks against the new signatures.

    Raises:
        SigningError: something does.
    """
    for finding in found:
        if not finding.holds:
            raise SigningError(
                f"{finding.path} does not verify ({finding.words()}); "
                "the documents are still on the Optimizer"
            )
