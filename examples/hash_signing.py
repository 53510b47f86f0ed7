"""Have a document signed that never leaves this machine: only its digest is sent.

For what is confidential, large, or no PDF at all. The signature is then a file beside
the document, and nothing can be seen on it.

Run it with ``python examples/hash_signing.py [FILE]``; the signature appears in
``./signed`` as a ``.p7m`` file, and ``openssl`` verifies it. For the real service put
the URL and the credentials of your Optimizer in place of the simulator's, the vendor's
root certificate in place of `root`, and ask the person for the code.
"""

import asyncio
import sys
from pathlib import Path

from oneshot_async import Billing, OneShotClient, OneShotError, RaoToken, Signer
from oneshot_async.hashing import hash_document
from oneshot_async.simulator import Simulator

SIGNER = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)
VERIFY = "openssl cms -verify -binary -inform DER -purpose any -out /dev/null"


async def main(document: Path) -> None:
    """Have one person sign one digest."""
    async with (
        Simulator() as optimizer,
        OneShotClient(
            optimizer.url,
            rao=RaoToken(optimizer.token),
            billing=Billing(
                username=optimizer.billing_username,
                password=optimizer.billing_password,
            ),
            env="sandbox",
            registration_authority="1000",
            profile="PFnubeQAFCiudadano",
        ) as oneshot,
    ):
        digest = await hash_document(document)
        signing = await oneshot.begin(SIGNER, [digest], useasync=False)
        await signing.send_otp()
        sms = await optimizer.next_sms(SIGNER.mobile_phone_number)
        (signed,) = await signing.sign(sms.code, to="signed")
        root = signed.path.with_name("root.pem")
        await asyncio.to_thread(root.write_bytes, optimizer.authority.root_pem)
        files = ["-in", signed.path, "-content", document, "-CAfile", root]
        openssl = await asyncio.create_subprocess_exec(
            *VERIFY.split(), *map(str, files)
        )
        print("signed:", signed.path, "valid" if not await openssl.wait() else "NOT")


if __name__ == "__main__":
    document = Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
    try:
        asyncio.run(main(document))
    except OneShotError as error:
        sys.exit(str(error))
