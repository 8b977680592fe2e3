"""Sending a test message to an endpoint, to say what came back."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from notifications.application.ports import Channel, Clock, Message, NewId, SecretBox, Shelf
from notifications.application.scope import Everything
from notifications.domain.delivery import Outcome
from notifications.domain.endpoint import ChannelName, Endpoint


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
    channels: Mapping[ChannelName, Channel]
    secrets: SecretBox
    clock: Clock
    new_id: NewId

    async def run(self, endpoint_id: UUID, *, sandbox: bool) -> Trial:
        """Send one message of the type `endpoint.test`; NotFoundError, SecretUnreadableError."""
        endpoint = (await self.endpoints.get(endpoint_id, Everything())).value
        secret = self.secrets.open(endpoint_id, endpoint.sealed_secret)
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
        message = Message(str(message_id), endpoint.address, json.dumps(document).encode(), secret)
        started = time.perf_counter()
        outcome = await self.channels[endpoint.channel].send(message)
        return Trial(message_id, outcome, round((time.perf_counter() - started) * 1000))
