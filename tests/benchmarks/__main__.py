"""Measures: python tests/benchmarks [row …] [--rounds N] [--output FOLDER]."""

import argparse
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

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
    options = parser.parse_args()
    measured: list[Measurement] = []
    for row in options.rows or ROWS:
        with Arena(options.rounds, options.share) as arena:
            for one in _row(row, arena):
                print(table(one), flush=True)
                measured.append(one)
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        (options.output / "results.md").write_text(as_markdown(measured))
        (options.output / "results.json").write_text(as_json(measured))
    sys.exit(0)


def _row(name: str, arena: Arena) -> Iterable[Measurement]:
    module = importlib.import_module(f"rows.{name}")
    found: Iterable[Measurement] = module.measure(arena)
    return found


if __name__ == "__main__":
    main()
