"""``oneshot-async completion``: what makes a shell complete the commands."""

import click
from click.shell_completion import get_completion_class

_NAME = "oneshot-async"
_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog="""\b
Examples:
  eval "$(oneshot-async completion bash)"       # in ~/.bashrc
  eval "$(oneshot-async completion zsh)"        # in ~/.zshrc
  oneshot-async completion fish | source        # in ~/.config/fish/config.fish
"""
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes commands, options and files."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"{shell} is not known")
    script = kind(context.find_root().command, {}, _NAME, "_ONESHOT_ASYNC_COMPLETE")
    click.echo(script.source())
