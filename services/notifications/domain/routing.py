"""Who is to hear an alert, and where; and in which of its roles somebody, or everybody, is missed."""

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.domain.alert import Alert
from notifications.domain.collecting import digest_from, least_collecting
from notifications.domain.endpoint import Endpoint
from notifications.domain.kinds import VOLUNTARY
from notifications.domain.recipient import Recipient
from notifications.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Listener:
    """One subscription with the recipient it belongs to and the endpoints it names.

    `others` are the recipient's endpoints that may stand in, the first in line first: read only where those named may
    not do, because all are disabled or removed or the alert avoids one.
    """

    recipient: Recipient
    subscription: Subscription
    endpoints: tuple[Endpoint, ...]
    others: tuple[Endpoint, ...] = ()

    def hears(self, alert: Alert) -> bool:
        """Whether the alert is addressed to the recipient, and the subscription wants it."""
        return self.recipient.is_addressed(alert) and self.subscription.wants(alert)

    def open_to(self, alert: Alert) -> tuple[Endpoint, ...]:
        """The enabled endpoints that the alert does not avoid; where that leaves none, the first other one."""
        named = tuple(each for each in self.endpoints if each.enabled and each.id != alert.avoids)
        line = tuple(each for each in self.others if each.enabled and each.id != alert.avoids)
        return named or line[:1]

    @property
    def is_shut(self) -> bool:
        """Whether the recipient has nothing enabled that the alert could go to, whichever the alert is."""
        return not any(each.enabled for each in (*self.endpoints, *self.others))


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint that the alert goes to; `digest_from`: see notifications.domain.collecting."""

    recipient: Recipient
    endpoint: Endpoint
    digest_from: int | None


def route(alert: Alert, listeners: Iterable[Listener]) -> tuple[Route, ...]:
    """Where the alert goes: each enabled endpoint once, however many subscriptions name it."""
    found: dict[object, Route] = {}
    for listener in listeners:
        if not listener.hears(alert):
            continue
        size = digest_from(listener.recipient.role, listener.subscription.digest)
        for endpoint in listener.open_to(alert):
            known = found.get(endpoint.id)
            least = size if known is None else least_collecting(known.digest_from, size)
            found[endpoint.id] = Route(listener.recipient, endpoint, least)
    return tuple(found.values())


def unheard_roles(alert: Alert, routes: Iterable[Route], listeners: Iterable[Listener]) -> tuple[str, ...]:
    """The roles of the alert in which it does not reach all who want it, in its order.

    Nobody wants it, or somebody who does has no enabled endpoint, whoever else hears it. None of a kind that need not
    be heard.
    """
    if alert.kind in VOLUNTARY:
        return ()
    heard, reached = set(), set()
    for each in routes:
        heard.add(each.recipient.role)
        reached.add(each.recipient.id)
    missed = {
        each.recipient.role
        for each in listeners
        if each.is_shut and each.recipient.id not in reached and each.hears(alert)
    }
    return tuple(role for role in alert.roles if role in missed or role not in heard)
