"""The telephones that the simulated text messages go to."""

import asyncio
from datetime import datetime

import attrs

from oneshot_async.models.signatures import DeliveryMethod

from .journal import Journal


@attrs.frozen(kw_only=True)
class Sms:
    """A text message with a confirmation code, by SMS or by WhatsApp."""

    method: DeliveryMethod = attrs.field(repr=str)
    phone: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)
    sent_at: datetime


class Phone:
    """Every telephone in one: it keeps the messages in the order of arrival."""

    def __init__(self) -> None:
        self.messages: Journal[Sms] = Journal()

    def receive(
        self, *, method: DeliveryMethod, phone: str, code: str, sent_at: datetime
    ) -> None:
        """Take the message that carries a code."""
        text = f"{code} is your code for a simulated signature without legal value"
        sms = Sms(method=method, phone=phone, text=text, code=code, sent_at=sent_at)
        self.messages.append(sms)

    async def next(self, phone: str, *, after: int = 0, within: float) -> Sms:
        """Return the message that follows `after` others to this number."""
        try:
            async with asyncio.timeout(within):
                return await self.messages.wait(
                    lambda sms: sms.phone == phone, skip=after
                )
        except TimeoutError:
            numbers = [sms.phone for sms in self.messages]
            raise TimeoutError(
                f"no such message within {within:g} s: {numbers.count(phone)} were "
                f"sent to this number, {len(numbers)} in all"
            ) from None
