"""What the verification of the signed files finds."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from oneshot_async.errors import MissingExtraError, SigningError, UnreadablePdfError
from oneshot_async.signed_documents import SavedDocument
from oneshot_async.verification import SignatureCheck, Verification

Roots = Sequence[bytes]
"""Trusted root certificates, PEM; without any, trust is not judged."""


@attrs.frozen(kw_only=True)
class Finding:
    """The signatures of one file.

    Attributes:
        found: nothing where signatures cannot be checked, or cannot be read.
        judged: whether trust is.
    """

    path: Path
    found: Verification | None
    is_readable: bool = True
    judged: bool

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the newest signature."""
        if not self._checks:
            return self.found is None and self.is_readable
        newest = self._checks[-1]
        sound = newest.intact and newest.covers_whole_file
        return sound and self._is_named and (newest.trusted or not self.judged)

    def fields(self) -> list[Mapping[str, object]]:
        """Return an object for each signature."""
        return [self._signature(check) for check in self._checks]

    def words(self) -> str:
        """Return the newest signature in a line."""
        if not self._checks:
            not_checked = self.found is None and self.is_readable
            return "not verified" if not_checked else "no readable signature"
        newest = self._checks[-1]
        told = (
            (newest.intact, "intact", "NOT INTACT"),
            (newest.covers_whole_file, "covers the whole file", "CHANGED AFTERWARDS"),
            (newest.timestamped, "time-stamped", "no time-stamp"),
            (newest.trusted, "trusted", f"NOT TRUSTED: {newest.distrust}"),
            (self._is_named, "", "NOT IN THE SIGNER'S NAME"),
        )
        verdicts = [yes if on else no for on, yes, no in told]
        if not (self.judged or newest.trusted):
            del verdicts[3]
        return f"signed by {newest.signer}: {', '.join(filter(None, verdicts))}"

    @property
    def _checks(self) -> Sequence[SignatureCheck]:
        return self.found.signatures if self.found else ()

    @property
    def _is_named(self) -> bool:
        named = {check.names_signer for check in self._checks}
        return True in named or False not in named

    def _signature(self, check: SignatureCheck) -> Mapping[str, object]:
        return {
            "path": str(self.path),
            "signer": check.signer,
            "names_signer": check.names_signer,
            "intact": check.intact,
            "covers_whole_file": check.covers_whole_file,
            "trusted": check.trusted if self.judged else None,
            "distrust": check.distrust if self.judged else None,
            "signed_at": check.signed_at.isoformat() if check.signed_at else None,
            "timestamped": check.timestamped,
            "valid": check.valid if self.judged else None,
        }


async def find(document: SavedDocument, roots: Roots) -> Finding:
    """Verify one file, if the extra that can do it is installed."""
    finding = Finding(path=document.path, found=None, judged=bool(roots))
    try:
        found = await document.verify(trust=roots)
    except MissingExtraError:
        return finding
    except UnreadablePdfError:
        return attrs.evolve(finding, is_readable=False)
    return attrs.evolve(finding, found=found)


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
