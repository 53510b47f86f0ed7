"""A process that signs one document, until it is done or somebody kills it.

It is told where and what in JSON, and given the code on its standard input.
"""

import asyncio
import json
import sys
from pathlib import Path

from oneshot_async import (
    Billing,
    CallbackUrls,
    Inbox,
    OneShotClient,
    Polling,
    RaoToken,
    Signer,
)


def keeper(path):
    """Return a function that keeps a state in a file, which is whole or not there."""
    temporary = path.with_suffix(".new")

    def write(state):
        temporary.write_text(json.dumps(state))
        temporary.replace(path)

    async def keep(state):
        await asyncio.to_thread(write, state)

    return keep


async def sign(told):
    folder = Path(told["folder"])
    async with (
        # The callbacks go to the process that will survive this one.
        Inbox() as inbox,
        OneShotClient(
            told["url"],
            rao=RaoToken(told["token"]),
            billing=Billing(**told["billing"]),
            env="sandbox",
            profile="PFnubeQAFCiudadano",
            registration_authority="3",
            inbox=inbox,
            callbacks=CallbackUrls(told["public_url"], [told["secret"]]),
            polling=Polling(longest=0.02),
        ) as client,
    ):
        signing = await client.begin(
            Signer(**told["signer"]),
            documents=[folder / "contract.pdf"],
            on_state=keeper(folder / "state.json"),
        )
        await signing.contract()
        await signing.send_otp()
        code = await asyncio.to_thread(sys.stdin.readline)
        await signing.sign(code.strip(), to=folder / "signed")


if __name__ == "__main__":
    asyncio.run(sign(json.loads(sys.argv[1])))
