"""``oneshot-async sign``: the whole flow against any Optimizer."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import click

from oneshot_async._extras import needing
from oneshot_async._json import is_object, json_or_none
from oneshot_async._states import state_of
from oneshot_async.client import OneShotClient
from oneshot_async.inbox import Inbox
from oneshot_async.models.requests import Signer
from oneshot_async.models.signatures import SignatureParameters
from oneshot_async.models.signing_state import SigningState
from oneshot_async.receiver import Receiver
from oneshot_async.signing import Signing

from .callbacks import showing
from .console import Console, console_for
from .environment import billing, callback_secrets, rao
from .files import Results, results_in
from .flow import Flow, tell_callback
from .kept import Kept, Remembering, again, leads_on
from .options import (
    documents_option,
    examples,
    json_option,
    optimizer_argument,
    output_option,
    place_option,
    public_url_option,
    told_as_usage,
)
from .person import person_options, signer_of
from .prompt import answer, ask
from .running import run_flow

_AUTHORITY = "Number of the registration authority"
_PROFILE = "Profile of the certificate"
_ENVIRONMENTS = ("sandbox", "prod")
_ENV = "Environment, sandbox or prod (empty if the Optimizer knows)"

_Connect = partial[OneShotClient]
_Receive = partial[Receiver]


@attrs.frozen(kw_only=True)
class _Order:
    """What is to be signed, by a person or from where an earlier try had come to."""

    who: Signer | Mapping[str, Any] = attrs.field(repr=False)
    documents: Sequence[Path]
    output: Path
    signature: SignatureParameters | None
    roots: Sequence[bytes] = attrs.field(repr=False)
    kept: Kept

    async def start(self, flow: Flow) -> Signing:
        """Bring it to where its documents are uploaded."""
        if isinstance(self.who, Signer):
            return await flow.begin(self.who, self.documents)
        return await flow.resume(self.who, self.documents)

    def flow(self, client: OneShotClient, console: Console, results: Results) -> Flow:
        """Return the flow that carries it out."""
        return Flow(
            client=client,
            console=console,
            results=results,
            ask_code=partial(_ask_code, console),
            signature=self.signature,
            roots=self.roots,
            remember=self.kept.write,
        )


def _roots(
    _context: click.Context, _parameter: click.Parameter, files: tuple[Path, ...]
) -> Sequence[bytes]:
    """Read them before anything is paid for."""
    if not files:
        return ()
    with needing("verify", "--trust"):
        from oneshot_async._pdf_trust import certificates_in
    roots = [file.read_bytes() for file in files]
    with told_as_usage():
        for root in roots:
            certificates_in(root)
    return roots


@click.command(
    cls=Remembering,
    epilog=examples(
        "oneshot-async sign https://optimizer.example.com --document contract.pdf",
        "oneshot-async sign https://optimizer.example.com --document contract.pdf "
        "--place none --trust root.pem",
        after="To try it, give it the URL that `simulate` prints, in a shell with what "
        "it says to export. If it ends midway, also by SIGTERM or with its terminal, a "
        "file in DIR keeps the state, and the command that goes on from there is "
        "printed.",
    ),
)
@optimizer_argument
@documents_option
@output_option
@place_option
@click.option(
    "--trust",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    callback=_roots,
    metavar="PEM",
    help="A root certificate to judge the signatures by.",
)
@click.option(
    "--env",
    type=click.Choice(_ENVIRONMENTS),
    envvar="ONESHOT_ENV",
    show_envvar=True,
    help="The environment; not needed if the Optimizer's own settings say it.",
)
@click.option(
    "--registration-authority",
    envvar="ONESHOT_REGISTRATION_AUTHORITY",
    show_envvar=True,
    help=f"{_AUTHORITY}.",
)
@click.option(
    "--profile",
    envvar="ONESHOT_PROFILE",
    show_envvar=True,
    help=f"{_PROFILE}.",
)
@person_options
@public_url_option
@click.option(
    "--listen-host",
    default="127.0.0.1",
    show_default=True,
    help="The address to take callbacks on, with --public-url.",
)
@click.option(
    "--listen-port",
    type=click.IntRange(0, 65535),
    default=0,
    help="And the port; by default any free one.",
)
@click.option(
    "--resume",
    type=click.File("rb"),
    metavar="FILE",
    help="Go on from the state that an earlier try has left in FILE, which is removed "
    "when all is done; - for standard input.",
)
@json_option
def sign(
    url: str,
    documents: tuple[Path, ...],
    output: Path,
    signature: SignatureParameters | None,
    trust: Sequence[bytes],
    env: str | None,
    registration_authority: str | None,
    profile: str | None,
    public_url: str | None,
    listen_host: str,
    listen_port: int,
    resume: BinaryIO | None,
    *,
    as_json: bool,
) -> None:
    """Have one person sign, with the Optimizer at URL.

    What the options leave out is asked for. The credentials come from ONESHOT_TOKEN,
    or ONESHOT_USERNAME, ONESHOT_PASSWORD and ONESHOT_PIN, and from
    ONESHOT_BILLING_USERNAME and ONESHOT_BILLING_PASSWORD, or are asked for too.

    With --public-url, callbacks are taken; without it, the Optimizer is asked again
    and again.
    """
    if not documents and resume is None:
        raise click.UsageError("Missing option '--document'.")
    if listen_port and public_url is None:
        raise click.UsageError("--listen-port needs a --public-url.")
    order = _Order(
        who=_state_in(resume) if resume else signer_of(click.get_current_context()),
        documents=documents,
        output=output,
        signature=signature,
        roots=trust,
        kept=_kept(resume, output),
    )
    if resume is None:
        registration_authority = registration_authority or answer(
            _AUTHORITY, "--registration-authority"
        )
        profile = profile or answer(_PROFILE, "--profile")
        env = env or answer(_ENV, "--env", default="", check=_environment) or None
    connect = partial(
        OneShotClient,
        url,
        rao=rao(),
        billing=billing(),
        env=env,
        registration_authority=registration_authority,
        profile=profile,
    )
    receive = _receiving(public_url, listen_host, listen_port) if public_url else None
    with console_for(machine=as_json) as console:
        run_flow(_run(order, connect, receive, console))


def _environment(said: str) -> str:
    if said and said not in _ENVIRONMENTS:
        raise click.BadParameter("it is sandbox or prod")
    return said


def _receiving(public_url: str, host: str, port: int) -> _Receive:
    secrets, _ = callback_secrets()
    return partial(
        Receiver, secrets=secrets, public_url=public_url, host=host, port=port
    )


def _state_in(file: BinaryIO) -> Mapping[str, Any]:
    state = json_or_none(file.read())
    if not is_object(state):
        raise click.BadParameter("there is no JSON object", param_hint="--resume")
    with told_as_usage("--resume"):
        state_of(state, SigningState, "a signing")
    return state


def _kept(resume: BinaryIO | None, folder: Path) -> Kept:
    if resume is None or resume.name == "<stdin>":
        return Kept.new_in(folder)
    return Kept(Path(resume.name))


async def _run(
    order: _Order, connect: _Connect, receive: _Receive | None, console: Console
) -> None:
    async with (
        results_in(order.output) as results,
        _connected(connect, receive, console) as client,
    ):
        flow = order.flow(client, console, results)
        try:
            await flow.finish(await order.start(flow))
        except BaseException as error:
            if leads_on(flow.state, error):
                _tell_state(flow.state, order.kept.path, console)
                raise
            await order.kept.forget()
            raise
        await order.kept.forget()


@asynccontextmanager
async def _connected(
    connect: _Connect, receive: _Receive | None, console: Console
) -> AsyncGenerator[OneShotClient, None]:
    if receive is None:
        async with connect() as client:
            yield client
        return
    async with (
        Inbox() as inbox,
        showing(inbox, partial(tell_callback, console)),
        receive(inbox) as receiver,
        connect(inbox=inbox, callbacks=receiver.urls) as client,
    ):
        yield client


async def _ask_code(console: Console) -> str:
    with console.asking():
        return await ask("Code from the message (empty for a new one)")


def _tell_state(state: Mapping[str, Any], path: Path, console: Console) -> None:
    command = again(click.get_current_context(), path)
    fields = {"state": state, "state_file": str(path), "resume": command}
    console.conclude(fields, f"To go on: {command}")
