"""``oneshot-async simulate``: the simulator as a process of its own."""

import asyncio
from itertools import count

import click

from oneshot_async._extras import needing

from .console import Console, console_for
from .options import examples, host_option, json_option, port_option
from .running import beside, stop_requests


@click.command(
    epilog=examples(
        "oneshot-async simulate --port 8900",
        after="Give the URL that it prints to `sign`, or to a client of yours, with "
        "the credentials printed below it.",
    )
)
@host_option
@port_option
@json_option
def simulate(host: str, port: int, *, as_json: bool) -> None:
    """Stand in for an Optimizer, and print every message that it would send."""
    with console_for(machine=as_json) as console:
        asyncio.run(_run(host, port, console))


async def _run(host: str, port: int, console: Console) -> None:
    with needing("simulator", "the simulator"):
        from oneshot_async.simulator import Simulator

    async def show_messages(simulator: Simulator) -> None:
        for number in count():
            sms = await simulator.sms.wait(lambda _: True, skip=number)
            told = {
                "method": sms.method,
                "phone": sms.phone,
                "text": sms.text,
                "code": sms.code,
            }
            console.tell({"sms": told}, f"To {sms.phone} by {sms.method}: {sms.text}")

    with stop_requests() as asked:
        async with Simulator(host=host, port=port) as simulator:
            console.tell({"simulator": simulator.url}, f"Simulator: {simulator.url}")
            phone = simulator.phone_url
            console.tell({"phone": phone}, f"Its telephone, in a browser: {phone}")
            accepted = {
                "ONESHOT_TOKEN": simulator.token,
                "ONESHOT_BILLING_USERNAME": simulator.billing_username,
                "ONESHOT_BILLING_PASSWORD": simulator.billing_password,
                "ONESHOT_ENV": "sandbox",
                "ONESHOT_REGISTRATION_AUTHORITY": "1000",
                "ONESHOT_PROFILE": "PFnubeQAFCiudadano",
            }
            exports = (f"export {name}={value}" for name, value in accepted.items())
            console.tell({"environment": accepted}, "\n".join(exports))
            async with beside(show_messages(simulator)):
                await asked.wait()
