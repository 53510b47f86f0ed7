"""What a command says while it works: to people, or to machines."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Protocol, Self

import click

from oneshot_async.models.files import Transfer

from .people import People
from .verdicts import Verdict


class Console(Protocol):
    """Where a command reports to, while its block runs."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...

    def step(self, text: str, *, limit: float | None = None) -> None:
        """Say what begins now; what began before it is done.

        Where it waits for somebody, it gives up after `limit` seconds.
        """
        ...

    def tell(self, fields: Mapping[str, object], words: str) -> None:
        """Tell a fact: its fields to machines, its words to people."""
        ...

    def fail(self, fields: Mapping[str, object], words: str) -> None:
        """Tell why the step did not succeed."""
        ...

    def conclude(self, fields: Mapping[str, object], words: str) -> None:
        """Tell what came out; to people, below everything else."""
        ...

    def verdict(self, check: str, verdict: Verdict) -> None:
        """Tell what a check found."""
        ...

    def table(
        self,
        fields: Iterable[Mapping[str, object]],
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
    ) -> None:
        """Tell many facts of one kind: each to machines, a table to people."""
        ...

    def transfer(self, transfer: Transfer) -> None:
        """Show how far a transfer has come."""
        ...

    def asking(self) -> AbstractContextManager[None]:
        """Keep still while somebody is asked something."""
        ...


def console_for(*, machine: bool) -> Console:
    """Return the console for machines (``--json``) or for people."""
    return Machine() if machine else People()


class Machine:
    """Writes one JSON object per line."""

    def __init__(self) -> None:
        self._tenths: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None: ...

    def step(self, text: str, *, limit: float | None = None) -> None:
        """Write the step that begins."""
        self._tenths.clear()
        self.tell({"step": text}, text)

    def tell(self, fields: Mapping[str, object], words: str) -> None:
        """Write the fields."""
        click.echo(json.dumps(fields))

    def fail(self, fields: Mapping[str, object], words: str) -> None:
        """Write the fields."""
        self.tell(fields, words)

    def conclude(self, fields: Mapping[str, object], words: str) -> None:
        """Write the fields."""
        self.tell(fields, words)

    def verdict(self, check: str, verdict: Verdict) -> None:
        """Write the fields."""
        self.tell(verdict.fields(check), check)

    def table(
        self,
        fields: Iterable[Mapping[str, object]],
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
    ) -> None:
        """Write each fact."""
        for each in fields:
            self.tell(each, "")

    def transfer(self, transfer: Transfer) -> None:
        """Write every tenth of a transfer."""
        name, done, total = transfer.name, transfer.done, transfer.total
        tenths = done * 10 // total if total else 0
        if tenths != self._tenths.get(name):
            self._tenths[name] = tenths
            told = {"name": name, "done": done, "total": total}
            self.tell({"transfer": told}, name)

    def asking(self) -> AbstractContextManager[None]:
        """Do nothing: nothing moves."""
        return nullcontext()
