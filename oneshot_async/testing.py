"""What tests of your own service need, beside the fixtures of the pytest plugin.

pytest finds the plugin by itself. Its fixtures are for asynchronous tests, whether
pytest-asyncio, pytest-aiohttp or anyio runs them, and are made anew for each test:

- ``oneshot_simulator``: a `Simulator` that takes no time; switch its ``faults``,
  advance its ``clock``, look at its ``sms``, ``requests`` and ``callbacks``;
- ``oneshot_inbox``: an `Inbox` in memory;
- ``oneshot_receiver``: a `Receiver` for it, on a port of its own;
- ``oneshot_client``: a `OneShotClient` of that simulator, which gets its callbacks by
  that receiver.

A fixture of yours with one of these names takes its place for the others too.
"""

from ._extras import needing
from ._polling import Polling
from .callback_urls import CallbackUrls
from .client import OneShotClient
from .inbox import Inbox
from .models.credentials import Billing, RaoToken
from .models.requests import Signer

with needing("simulator", "testing with the simulator"):
    from .simulator import Simulator, Timings
    from .simulator.paper import sample_pdf as sample_pdf

SIGNER: Signer = Signer(
    given_name="Ada",
    surname_1="Lovelace",
    id_document_country="ES",
    serial_number="0000000T",
    email="ada@example.com",
    mobile_phone_number="+34600123123",
)
"""Somebody whom a simulator takes for a person."""

IMPATIENT: Polling = Polling(first=0.1, longest=0.5, deadline=30.0, settle=5.0)
"""For tests, which lose callbacks on purpose, and should fail rather than hang."""


def quick_simulator() -> Simulator:
    """Return a simulator, to be entered, that takes no time for anything."""
    timings = Timings(approval=0.0, review=0.0, issue=0.0, file_skew=0.0)
    return Simulator(timings=timings)


def client_for(
    simulator: Simulator,
    *,
    inbox: Inbox | None = None,
    callbacks: CallbackUrls | None = None,
    polling: Polling = IMPATIENT,
) -> OneShotClient:
    """Return a client, to be entered, with the credentials of a running simulator."""
    return OneShotClient(
        simulator.url,
        rao=RaoToken(simulator.token),
        billing=Billing(
            username=simulator.billing_username, password=simulator.billing_password
        ),
        env="sandbox",
        registration_authority="1000",
        profile="PFnubeQAFCiudadano",
        inbox=inbox,
        callbacks=callbacks,
        polling=polling,
    )
