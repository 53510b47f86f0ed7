"""The group of all commands, and how an error ends one."""

import click

from oneshot_async.errors import OneShotError

from .demo import demo
from .events import events
from .listen import listen
from .sign import sign
from .simulate import simulate

_INTERRUPTED = 130


class _Commands(click.Group):
    """Ends a failing command with one line on stderr."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            return ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            raise  # click knows what to do when nobody reads on
        except (OneShotError, OSError) as error:
            words = " ".join(str(error).split())
            click.echo(f"error: {words}", err=True)
            return ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="oneshot-async")
def command_line() -> None:
    """One-Shot remote electronic signatures, from the command line.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """


for _command in (demo, simulate, listen, sign, events):
    command_line.add_command(_command)
