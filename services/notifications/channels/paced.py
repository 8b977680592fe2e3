"""Writing to a robot no oftener than it takes: held back here, it is not punished there."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.ports import Channel, Message, Pace
from notifications.domain.delivery import Outcome, Retry
from notifications.domain.rates import Rate

_DATABASE_PAUSE: Final = timedelta(seconds=2)


class PacedChannel:
    """A channel whose receivers take so many messages in so long; two endpoints of one address are one receiver."""

    def __init__(self, channel: Channel, rates: Sequence[Rate], pace: Pace) -> None:
        self._channel = channel
        self._rates = rates
        self._pace = pace

    async def send(self, message: Message) -> Outcome:
        """Make one attempt if the receiver's rate lets it; being held back costs none."""
        receiver = hashlib.sha256(message.address.encode()).digest()
        try:
            wait = await self._pace.take(receiver, self._rates)
        except DatabaseUnavailableError:
            return Retry("not sent: the database that counts was away", after=_DATABASE_PAUSE, costs_attempt=False)
        if wait:
            return Retry("not sent: this robot was sent to as often as it takes", after=wait, costs_attempt=False)
        return await self._channel.send(message)
