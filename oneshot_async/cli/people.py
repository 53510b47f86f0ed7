"""The console for people: steps with check marks, and below them what goes on."""

import errno
import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Self

import attrs
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from oneshot_async.models.files import Transfer

from .verdicts import Verdict

_BAR = 24
_STYLES = {"ok": "green", "failed": "bold red", "skipped": "dim"}


@attrs.define
class _Step:
    text: str
    limit: float | None = None
    since: float = attrs.field(factory=monotonic)
    notes: list[str] = attrs.field(factory=list[str])

    @property
    def seconds(self) -> float:
        return monotonic() - self.since

    def waiting(self) -> list[RenderableType]:
        """Return a bar of how much of the time to wait is over, if it is bounded."""
        if self.limit is None:
            return []
        done = min(self.seconds, self.limit)
        bar = ProgressBar(total=self.limit, completed=done, width=_BAR)
        told = Text(f"{done:.0f} of {self.limit:.0f} s at most", style="dim")
        return [Columns([Text(" "), bar, told])]


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Say that nobody reads on; a `SystemExit` would tear the event loop down."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class People:
    """Writes a line for each step that is done, and then what was told during it."""

    def __init__(self) -> None:
        self._step: _Step | None = None
        self._transfers: dict[str, TaskID] = {}
        self._conclusions: list[str] = []
        self._terminal = _Terminal(highlight=False)
        self._unicode = self._terminal.encoding.startswith("utf")
        self._spinner = Spinner("dots" if self._unicode else "line")
        self._bars = Progress(
            TextColumn("  {task.description}", markup=False),
            BarColumn(bar_width=_BAR),
            DownloadColumn(binary_units=True),
        )
        self._live = Live(self, console=self._terminal, transient=True)

    def __rich__(self) -> Group:
        if not self._step:
            return Group()
        self._spinner.update(text=Text(self._step.text))
        step = self._step
        notes = _indented(step.notes)
        return Group(self._spinner, *step.waiting(), *notes, self._bars)

    def __enter__(self) -> Self:
        self._go_live()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._finish(failed=error is not None)
        self._live.stop()
        for words in self._conclusions:
            self._print(Text(words))

    def step(self, text: str, *, limit: float | None = None) -> None:
        """Check the last step off and begin the next."""
        self._finish()
        self._step = _Step(text, limit)

    def tell(self, fields: Mapping[str, object], words: str) -> None:
        """Write the words; during a step, below it."""
        if self._step:
            self._step.notes.append(words)
        else:
            self._print(Text(words))

    def fail(self, fields: Mapping[str, object], words: str) -> None:
        """Cross the step out, and write the words below it."""
        self.tell(fields, words)
        self._finish(failed=True)

    def conclude(self, fields: Mapping[str, object], words: str) -> None:
        """Keep the words for the end."""
        self._conclusions.append(words)

    def verdict(self, check: str, verdict: Verdict) -> None:
        """Write a line that begins with the outcome."""
        mark = (f"{verdict.outcome:8}", _STYLES[verdict.outcome])
        self._print(Text.assemble(mark, verdict.line(check)))

    def table(
        self,
        fields: Iterable[Mapping[str, object]],
        names: Sequence[str],
        rows: Sequence[Sequence[str]],
    ) -> None:
        """Write a table, as wide as what is in it."""
        self._finish()
        table = Table(*names, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        self._terminal.print(table)

    def transfer(self, transfer: Transfer) -> None:
        """Move the bar of a transfer."""
        if transfer.name not in self._transfers:
            self._transfers[transfer.name] = self._bars.add_task(transfer.name)
        self._bars.update(
            self._transfers[transfer.name],
            completed=transfer.done,
            total=transfer.total,
        )

    @contextmanager
    def asking(self) -> Generator[None, None, None]:
        """Check the step off, and let nothing move until the answer is there."""
        self._finish()
        self._live.stop()
        try:
            yield
        finally:
            self._go_live()

    def _go_live(self) -> None:
        if self._terminal.is_terminal:
            self._live.start()

    def _finish(self, *, failed: bool = False) -> None:
        while self._transfers:
            self._bars.remove_task(self._transfers.popitem()[1])
        step, self._step = self._step, None
        if step:
            seconds = (f"  {step.seconds:.1f} s", "dim")
            self._print(Text.assemble(self._mark(failed), " ", step.text, seconds))
            for note in _indented(step.notes):
                self._print(note)

    def _mark(self, failed: bool) -> tuple[str, str]:
        if failed:
            return ("✗" if self._unicode else "failed:"), "bold red"
        return ("✓" if self._unicode else "done:"), "green"

    def _print(self, text: Text) -> None:
        # A path stays in one piece, however long it is.
        self._terminal.print(text, soft_wrap=True)


def _indented(notes: list[str]) -> list[Text]:
    return [Text(f"  {note}", style="cyan") for note in notes]
