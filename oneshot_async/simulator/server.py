"""The simulator as a whole: a real server on a real socket, in the same process."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Self, TypeVar

from aiohttp import web
from yarl import URL

from oneshot_async._checks import cannot_listen, check_address, check_kind
from oneshot_async.errors import InvalidInputError

from .accounts import RAO_ID, Accounts, Tokens
from .app import make_app
from .app.middlewares import BASE, Calls
from .background import Background
from .clock import Clock
from .courier import CallbackRecord, Courier
from .faults import Faults
from .features import Features
from .journal import Journal
from .machine import Machine
from .optimizer import Optimizer
from .phone import Phone, Sms
from .pki import Authority
from .records import RequestRecord, VideoIdRecord
from .settings import Settings
from .timings import Timings
from .videoid import VideoIdRules, VideoIds

T = TypeVar("T")


class Simulator:
    """A stand-in for the Optimizer that really signs, without any legal value.

    Enter it with `async with`; from then on it serves at `url`, and a page with the
    telephone that the codes go to at `phone_url`.

    Args:
        host: The address to listen on.
        port: The port; 0 takes a free one.
        faults: What is to go wrong; may be changed while it runs.
        timings: How long things take; may be changed while it runs.
        videoid: How it identifies by video; may be changed while it runs.
        features: What only some Optimizers offer; may be changed while it runs.
        clock: Its time; give a frozen one to advance it yourself.
    """

    url: str
    phone_url: str
    authority: Authority
    accounts: Accounts
    faults: Faults
    timings: Timings
    videoid: VideoIdRules
    features: Features
    clock: Clock

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Faults | None = None,
        timings: Timings | None = None,
        videoid: VideoIdRules | None = None,
        features: Features | None = None,
        clock: Clock | None = None,
    ) -> None:
        check_address(host, port)
        self._host = host
        self._port = port
        self._exit: AsyncExitStack | None = None
        self.accounts = Accounts()
        self.faults = _part(faults, Faults, "faults")
        self.timings = _part(timings, Timings, "timings")
        self.videoid = _part(videoid, VideoIdRules, "videoid")
        self.features = _part(features, Features, "features")
        self.clock = _part(clock, Clock, "clock")
        self.calls: Calls = Journal()
        self._phone = Phone()
        self._background = Background()
        self._machine = Machine(clock=self.clock, timings=self.timings)
        self._videoids = VideoIds(machine=self._machine, rules=self.videoid)
        self._courier = Courier(
            clock=self.clock, faults=self.faults, background=self._background
        )

    async def __aenter__(self) -> Self:
        if self._exit is not None:
            raise InvalidInputError("this simulator is running already")
        self.authority = await asyncio.to_thread(Authority.create, self.clock.now())
        self._optimizer = self._assemble()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._courier)
            stack.push_async_callback(self._background.close)
            origin = await self._listen(stack)
            self.url, self.phone_url = str(origin.with_path(BASE)), str(origin)
            self._exit = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        running, self._exit = self._exit, None
        if running is not None:
            await running.aclose()

    @property
    def token(self) -> str:
        """The token that stands for the officer's credentials."""
        return self.accounts.token

    @property
    def rao_username(self) -> str:
        """The registration officer's user name."""
        return self.accounts.rao_username

    @property
    def rao_password(self) -> str:
        """The registration officer's password."""
        return self.accounts.rao_password

    @property
    def rao_pin(self) -> str:
        """The registration officer's PIN."""
        return self.accounts.rao_pin

    @property
    def rao_id(self) -> str:
        """The registration officer's number, which approvals and refusals carry."""
        return RAO_ID

    @property
    def billing_username(self) -> str:
        """The name of the account that is charged."""
        return self.accounts.billing_username

    @property
    def billing_password(self) -> str:
        """The password of that account in the clear; calls carry it in base64."""
        return self.accounts.billing_password

    @property
    def sms(self) -> Journal[Sms]:
        """The text messages sent so far."""
        return self._phone.messages

    @property
    def callbacks(self) -> Journal[CallbackRecord]:
        """The callbacks sent or lost so far."""
        return self._courier.sent

    @property
    def requests(self) -> Mapping[int, RequestRecord]:
        """The requests by their pk."""
        return self._machine.requests

    @property
    def videoids(self) -> Mapping[int, VideoIdRecord]:
        """The identifications by video, by their own pk."""
        return self._videoids.records

    async def next_sms(
        self, phone: str, *, after: int = 0, within: float = 60.0
    ) -> Sms:
        """Return the message that follows `after` others to this number.

        Raises:
            TimeoutError: it does not come within so many seconds of real time.
        """
        return await self._phone.next(phone, after=after, within=within)

    def force(self, pk: int, status: str) -> None:
        """Put a request into a status against all rules, and send the callback."""
        record = self.requests[pk]
        record.move(status)
        self._optimizer.announce(record)

    def _assemble(self) -> Optimizer:
        return Optimizer(
            machine=self._machine,
            authority=self.authority,
            tokens=Tokens(self.accounts),
            phone=self._phone,
            courier=self._courier,
            background=self._background,
            videoids=self._videoids,
            clock=self.clock,
            faults=self.faults,
            timings=self.timings,
            features=self.features,
            settings=Settings.of(self.accounts),
        )

    async def _listen(self, stack: AsyncExitStack) -> URL:
        runner = web.AppRunner(
            make_app(self._optimizer, self.calls),
            # Its lines would show paths, and a path may hold a token.
            access_log=None,
            shutdown_timeout=1.0,
        )
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        try:
            await _start(web.TCPSite(runner, self._host, self._port))
        except OSError as error:
            raise cannot_listen(error, self._host, self._port) from error
        port = runner.addresses[0][1]
        return URL.build(scheme="http", host=self._host, port=port, path="/")


def _part(given: T | None, kind: type[T], name: str) -> T:
    """Return a part of a simulator: as it was given, or as it is by default."""
    check_kind(given, kind | None, name, f"a {kind.__name__}")
    return kind() if given is None else given


async def _start(site: web.BaseSite) -> None:
    """Start to listen; a cancellation waits for the end, as nobody could stop it else.

    A server that asyncio has begun to start and not returned goes on listening.
    """
    starting = asyncio.ensure_future(site.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        raise
