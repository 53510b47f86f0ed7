"""What a signing must remember to be gone on with in another process."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import attrs

from oneshot_async.callback_urls import Correlation

from .requests import RequestPk


@attrs.frozen(kw_only=True)
class DocumentRef:
    """A document of a signing: its uid on the Optimizer and the name it has here."""

    uid: str
    name: str = attrs.field(repr=False)
    hashed: bool = False

    @property
    def signed_name(self) -> str:
        """The file name of the signed version; never more than a name."""
        name = PurePath(self.name).name
        return (
            f"{name}.p7m" if self.hashed else f"{name.removesuffix('.pdf')}-signed.pdf"
        )


@attrs.frozen(kw_only=True)
class SigningState:
    """A signing's state; without a pk its create was begun and not answered yet."""

    request_pk: RequestPk | None = None
    correlation: str | None = None
    useasync: bool = True
    documents: tuple[DocumentRef, ...] = ()
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON value without secrets."""
        return {
            "request_pk": self.request_pk,
            "correlation": self.correlation,
            "useasync": self.useasync,
            "documents": [attrs.asdict(document) for document in self.documents],
        }

    @property
    def bound_to(self) -> Correlation | None:
        """The correlation of its callback URL, if it has one."""
        return Correlation(self.correlation) if self.correlation else None
