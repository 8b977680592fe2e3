"""Sending a test message to an endpoint, to say what came back."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from notifications.application.credentials import Keyring
from notifications.application.ports import Channel, Clock, Message, NewId, Shelf
from notifications.application.scope import Everything
from notifications.domain.delivery import Outcome
from notifications.domain.endpoint import ChannelName, Endpoint
from notifications.domain.recipient import Recipient


@dataclass(frozen=True, slots=True)
class Trial:
    """What a test message met."""

    message_id: UUID
    outcome: Outcome
    milliseconds: int


@dataclass(frozen=True, slots=True)
class EndpointTrial:
    """Sends test messages: one attempt, nothing stored, disabled endpoints too."""

    endpoints: Shelf[Endpoint]
    recipients: Shelf[Recipient]
    channels: Mapping[ChannelName, Channel]
    keyring: Keyring
    clock: Clock
    new_id: NewId

    async def run(self, endpoint_id: UUID, *, sandbox: bool) -> Trial:
        """Send one message of the type `endpoint.test`; NotFoundError, SecretUnreadableError."""
        endpoint = (await self.endpoints.get(endpoint_id, Everything())).value
        reach = self.keyring.reach(endpoint_id, endpoint.address, endpoint.sealed_secret)
        recipient = (await self.recipients.get(endpoint.recipient_id, Everything())).value
        message_id = self.new_id()
        document = {
            "specversion": "1.0",
            "id": str(message_id),
            "source": "/notifications",
            "type": "endpoint.test",
            "time": self.clock.wall().isoformat(),
            "subject": f"endpoints/{endpoint_id}",
            "datacontenttype": "application/json",
            "data": {"test": True, "sandbox": sandbox},
        }
        message = Message(str(message_id), reach.address, (json.dumps(document),), reach.secrets, recipient.language)
        started = time.perf_counter()
        outcome = await self.channels[endpoint.channel].send(message)
        return Trial(message_id, outcome, round((time.perf_counter() - started) * 1000))
