"""What a signing must remember to be gone on with in another process."""

import hmac
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Self

import attrs

from oneshot_async.callback_urls import Correlation

from .requests import Request, RequestPk, Signer

_LONGEST_NAME = 200
"""Bytes; a file system takes 255, and some are added while a file is saved."""


@attrs.frozen(kw_only=True)
class DocumentRef:
    """A document of a signing: its uid on the Optimizer and the name it has here."""

    uid: str
    name: str = attrs.field(repr=False)
    hashed: bool = False

    @property
    def signed_name(self) -> str:
        """The file name of the signed version; never more than a name, nor too long."""
        name = PurePath(self.name).name
        if self.hashed:
            return f"{_short(name)}.p7m"
        return f"{_short(name.removesuffix('.pdf'))}-signed.pdf"


@attrs.frozen(kw_only=True)
class SigningState:
    """A signing's state; without a pk its create was begun and not answered yet.

    Until then `signer` tells whether a request is the one that was to be created; who
    does not know the person learns nothing from it.
    """

    request_pk: RequestPk | None = None
    correlation: str | None = None
    signer: str | None = attrs.field(default=None, repr=False)
    useasync: bool = True
    documents: tuple[DocumentRef, ...] = ()
    extra: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON value without secrets."""
        return {
            "request_pk": self.request_pk,
            "correlation": self.correlation,
            "signer": self.signer,
            "useasync": self.useasync,
            "documents": [attrs.asdict(document) for document in self.documents],
        }

    @classmethod
    def before(
        cls, signer: Signer, correlation: Correlation | None, *, useasync: bool
    ) -> Self:
        """Return the state of a signing whose create is about to be sent."""
        mark = signer_mark(signer, correlation) if correlation else None
        return cls(correlation=correlation, useasync=useasync, signer=mark)

    def known_as(self, pk: RequestPk) -> Self:
        """Return it with the pk of the request that was created."""
        return attrs.evolve(self, request_pk=pk, signer=None)

    @property
    def bound_to(self) -> Correlation | None:
        """The correlation of its callback URL, if it has one."""
        return Correlation(self.correlation) if self.correlation else None


def _short(name: str) -> str:
    return name.encode(errors="replace")[:_LONGEST_NAME].decode(errors="ignore")


def signer_mark(person: Signer | Request, correlation: Correlation) -> str:
    """Return what the same person always gives under a correlation, and no other."""
    told = (person.serial_number or "", person.email or "")
    written = json.dumps([text.strip().casefold() for text in told])
    return hmac.new(correlation.encode(), written.encode(), "sha256").hexdigest()
