"""``oneshot-async demo``: the whole flow on the simulator."""

import secrets
from functools import partial
from pathlib import Path

import click

from oneshot_async._extras import needing
from oneshot_async._polling import Polling
from oneshot_async.inbox import Inbox
from oneshot_async.models.files import File
from oneshot_async.models.signatures import Rectangle
from oneshot_async.receiver import Receiver

from .callbacks import showing
from .console import Console, console_for
from .files import results_in
from .flow import Flow, tell_callback
from .options import (
    documents_option,
    examples,
    in_the_corner,
    json_option,
    output_option,
    visible_at,
)
from .running import run_flow

_ON_THE_LINE = Rectangle(64, 106, 277, 158)


@click.command(
    epilog=examples(
        "oneshot-async demo", "oneshot-async demo --document contract.pdf --output out"
    )
)
@documents_option
@output_option
@json_option
def demo(documents: tuple[Path, ...], output: Path, *, as_json: bool) -> None:
    """Sign on a simulator, with everything but the legal value.

    Without --document it signs a sample.
    """
    with console_for(machine=as_json) as console:
        console.step("Start the simulator and the receiver")
        run_flow(_run(documents, output, console))


async def _run(documents: tuple[Path, ...], output: Path, console: Console) -> None:
    with needing("simulator", "the demo"):
        from oneshot_async.simulator import Simulator
    from oneshot_async.testing import SIGNER, client_for, sample_pdf

    async with (
        results_in(output) as results,
        Simulator() as simulator,
        Inbox() as inbox,
        showing(inbox, partial(tell_callback, console)),
        Receiver(inbox, secrets=[secrets.token_hex()]) as receiver,
        client_for(
            simulator, inbox=inbox, callbacks=receiver.urls, polling=Polling()
        ) as client,
    ):

        async def read_sms() -> str:
            console.step("Read the SMS on the simulator's telephone")
            sms = await simulator.next_sms(SIGNER.mobile_phone_number)
            console.tell({"sms": {"text": sms.text, "code": sms.code}}, sms.text)
            return sms.code

        flow = Flow(
            client=client,
            console=console,
            results=results,
            ask_code=read_sms,
            signature=in_the_corner() if documents else visible_at(_ON_THE_LINE),
            roots=[simulator.authority.root_pem],
        )
        signing = await flow.begin(SIGNER, documents or [_sample(sample_pdf())])
        await flow.finish(signing)


def _sample(content: bytes) -> File:
    return File(content=content, name="sample.pdf", content_type="application/pdf")
