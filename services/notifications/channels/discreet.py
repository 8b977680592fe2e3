"""A channel whose outcomes do not repeat the address: they are logged and shown, and its address is a secret."""

import dataclasses

from notifications.application.masking import hide_in
from notifications.application.ports import Channel, Message
from notifications.domain.delivery import Outcome
from notifications.domain.endpoint import ChannelName


class DiscreetChannel:
    """Sends by another channel."""

    def __init__(self, name: ChannelName, channel: Channel) -> None:
        self._name = name
        self._channel = channel

    async def send(self, message: Message) -> Outcome:
        """Make one attempt, and cover what the answer repeats of the address."""
        outcome = await self._channel.send(message)
        return dataclasses.replace(outcome, detail=hide_in(outcome.detail, self._name, message.address))
