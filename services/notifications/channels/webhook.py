"""Webhooks: a signed POST (Standard Webhooks) to the recipient's address."""

from datetime import UTC
from typing import Final

from standardwebhooks import Webhook

from notifications.application.ports import Clock, Message
from notifications.channels.http_client import HttpClient, Request, by_status
from notifications.domain.delivery import Outcome

_ONE: Final = "application/cloudevents+json; charset=utf-8"
_SEVERAL: Final = "application/cloudevents-batch+json; charset=utf-8"


class WebhookChannel:
    """One alert is sent as it was stored, several as a CloudEvents batch."""

    def __init__(self, client: HttpClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def send(self, message: Message) -> Outcome:
        """Make one attempt; the status alone says what came of it."""
        body, content_type = _body_of(message.documents)
        headers = {"content-type": content_type, **self._signed(message, body)}
        return await self._client.send(Request(message.address, body.encode(), headers), by_status)

    def _signed(self, message: Message, body: str) -> dict[str, str]:
        """Sign with every secret that is valid, so that a receiver may change over at any moment in between."""
        moment = self._clock.wall().astimezone(UTC)
        signatures = [Webhook(secret).sign(message.id, moment, body) for secret in message.secrets]
        return {
            "webhook-id": message.id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _body_of(documents: tuple[str, ...]) -> tuple[str, str]:
    if len(documents) == 1:
        return documents[0], _ONE
    return f"[{','.join(documents)}]", _SEVERAL
