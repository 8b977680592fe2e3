"""Who is to hear an alert, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.domain.alert import Alert
from notifications.domain.endpoint import Endpoint
from notifications.domain.recipient import Recipient
from notifications.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Listener:
    """One subscription with the recipient it belongs to and the endpoints it names."""

    recipient: Recipient
    subscription: Subscription
    endpoints: tuple[Endpoint, ...]


def route(alert: Alert, listeners: Iterable[Listener]) -> tuple[Endpoint, ...]:
    """The enabled endpoints that the alert goes to: each once, however many subscriptions name it."""
    found = {
        endpoint.id: endpoint
        for listener in listeners
        if listener.recipient.is_addressed(alert) and listener.subscription.wants(alert)
        for endpoint in listener.endpoints
        if endpoint.enabled
    }
    return tuple(found.values())
