"""The group of all commands, and how an error ends one."""

import json
from typing import NoReturn

import click

from oneshot_async.errors import OneShotError

from .callback_url import callback_url
from .completion import completion
from .demo import demo
from .doctor import doctor
from .events import events
from .listen import listen
from .options import FOR_MACHINES, examples
from .requests import requests
from .send_test import send_test
from .sign import sign
from .simulate import simulate

_INTERRUPTED = 130


class _Commands(click.Group):
    """Ends a failing command with one line on stderr, and lists them as added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            return ctx.exit(_INTERRUPTED)
        except click.Abort as error:
            # A prompt tells both Ctrl-C and the end of input so.
            if isinstance(error.__context__, KeyboardInterrupt):
                return ctx.exit(_INTERRUPTED)
            return _fail(ctx, "NoAnswer", "nobody is there to answer")
        except BrokenPipeError:
            raise  # click knows what to do when nobody reads on
        except (OneShotError, OSError) as error:
            return _fail(ctx, type(error).__name__, _words_of(error))


def _words_of(error: OneShotError | OSError) -> str:
    told = str(error)
    if isinstance(error, OSError) and not isinstance(error, OneShotError):
        # The system's number says nothing that its words do not.
        known = [error.filename, error.strerror]
        told = ": ".join(str(part) for part in known if part) or told
    return " ".join(told.split())


def _fail(ctx: click.Context, kind: str, words: str) -> NoReturn:
    if ctx.meta.get(FOR_MACHINES):
        click.echo(json.dumps({"error": words, "type": kind}))
    click.echo(f"error: {words}", err=True)
    ctx.exit(1)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "oneshot-async demo",
        "oneshot-async COMMAND --help",
        after="What a command says goes to standard output: for people, in colours "
        "only on a terminal and where NO_COLOR is not set; or, with --json, as one "
        "object per line. What went wrong goes to standard error, in a line, and with "
        "--json to standard output as well, as an error and its type.",
    ),
)
@click.version_option(package_name="oneshot-async")
def command_line() -> None:
    """One-Shot remote electronic signatures, from the command line.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C).
    """


for _command in (
    demo,
    sign,
    listen,
    events,
    requests,
    callback_url,
    send_test,
    doctor,
    simulate,
    completion,
):
    # Else click would cut its first sentence short.
    _command.short_help = (_command.help or "").partition("\n\n")[0]
    command_line.add_command(_command)
