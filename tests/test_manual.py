"""The manual in the README is the help of the command line, as it is now.

Run this file to write it anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from oneshot_async.cli import command_line

README = Path(__file__).parent.parent / "README.md"
PLACE = re.compile(r"(?<=<!-- manual -->\n).*(?=<!-- end of manual -->)", re.DOTALL)
WIDTH = 88


def manual() -> str:
    """Return the help of every command, one below the other."""
    return "\n".join(pages(command_line, "oneshot-async"))


def pages(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[str]:
    """Yield a page for a command and those below it."""
    context = click.Context(
        command,
        parent,
        info_name=name,
        max_content_width=WIDTH,
        terminal_width=WIDTH,
        **command.context_settings,
    )
    yield page(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from pages(command.commands[below], below, context)


def page(context: click.Context) -> str:
    text = context.get_help()
    summary = f"<code>{context.command_path}</code>"
    return (
        f"<details>\n<summary>{summary}</summary>\n\n"
        f"```text\n{text}\n```\n\n</details>\n"
    )


def with_manual(readme: str) -> str:
    """Return the README with the manual as it is now."""
    return PLACE.sub(lambda _: f"\n{manual()}\n", readme)


def test_manual_is_current() -> None:
    """Every command stands in the README as its help has it."""
    readme = README.read_text()

    assert PLACE.search(readme)
    assert with_manual(readme) == readme


if __name__ == "__main__":
    README.write_text(with_manual(README.read_text()))
