"""Measures: python tests/benchmarks [row …] [--rounds N] [--output FOLDER]."""

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import gate
from harness import Arena, Measurement
from report import as_json, as_markdown, table

ROWS = (
    "client_get",
    "client_send",
    "receiver",
    "wake",
    "waiting",
    "streams",
    "imports",
    "flows",
    "growth",
)


def main() -> None:
    """Run the rows that are named, or all; print each, then write all of them."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], metavar="row")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the work in a turn"
    )
    parser.add_argument("--output", type=Path, help="a folder for results.{md,json}")
    parser.add_argument("--gate", action="store_true", help="only see what is too slow")
    options = parser.parse_args()
    if options.gate:
        sys.exit("\n".join(gate.exceeded(_quickly)) or 0)
    rows = options.rows or ROWS
    measured = [one for row in rows for one in _row(row, options.rounds, options.share)]
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "results.md").write_text(as_markdown(measured))
        (options.output / "results.json").write_text(as_json(measured))


def _quickly(row: str) -> list[Measurement]:
    return list(_row(row, gate.ROUNDS, gate.SHARE))


def _row(name: str, rounds: int, share: float) -> Iterator[Measurement]:
    module = importlib.import_module(f"rows.{name}")
    with Arena(rounds, share) as arena:
        for one in module.measure(arena):
            print(table(one), flush=True)
            yield one


if __name__ == "__main__":
    main()
